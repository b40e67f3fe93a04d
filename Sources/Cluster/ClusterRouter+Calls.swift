// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import Pipeline
public import RESPCodec
internal import Synchronization
internal import Transport

extension ClusterRouter {
    /// One command on its way through the cluster.
    struct Call {
        var metadata: CommandMetadata
        var settings: CallSettings
        var slot: HashSlot?
        /// When it began, counted from the router's epoch. An instant would do, but its layout is known to the standard
        /// library alone, and costs every function that holds one.
        var start: Duration
        var mayWaitInline: Bool
        /// Whether it has a connection to itself.
        var isAlone: Bool { metadata.isBlocking || settings.expectsLargeReply }
    }

    /// Sends the command that `encode` appends to where its keys are; the reply is no error.
    @usableFromInline
    func roundTrip(
        _ metadata: CommandMetadata, _ keys: KeySlots, _ settings: CallSettings,
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        if let misuse = metadata.misuse { throw misuse }
        if let first = keys.first, let other = keys.other {
            throw ClusterError.crossSlot(command: metadata.name, first: first, second: other)
        }
        if observation != nil, CallTrail.current == nil {
            return try await observe(metadata, keys, settings, encode)
        }
        let mayWaitInline = Self.mayWaitInline(on: #isolation)
        let (options, start) = begin(settings, mayWaitInline: mayWaitInline)
        let call = Call(
            metadata: metadata, settings: settings, slot: keys.first, start: start, mayWaitInline: mayWaitInline)
        if keys.first == nil, let targets = FanOut(metadata) {
            return try await fanOut(call, targets, encode)
        }
        let node = try firstNode(for: keys.first, readsOnly: metadata.isReadOnly)
        guard !call.isAlone, let node, let connection = node.openConnection else {
            return try await recover(call, from: node, after: nil, encode)
        }
        if observation != nil { CallTrail.current?.goes(to: node.client.configuration.endpoint) }
        let failure: any Error
        do {
            let frame = try await connection.roundTrip(options, encode)
            if !frame.isError { return frame }
            failure = ServerError(reply: frame)
        } catch {
            failure = error
        }
        return try await recover(call, from: node, after: failure, encode)
    }

    /// Apart, so that its closure costs the others nothing.
    @inline(never)
    private func observe(
        _ metadata: CommandMetadata, _ keys: KeySlots, _ settings: CallSettings,
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        guard let observation else { return try await roundTrip(metadata, keys, settings, encode) }
        return try await observation.call(metadata.name, environment) {
            try await roundTrip(metadata, keys, settings, encode)
        }
    }

    /// The time of a call that begins now.
    private func begin(_ settings: CallSettings, mayWaitInline: Bool) -> (options: CallOptions, start: Duration) {
        let now = environment.now()
        let options = CallOptions(now: now, deadline: callDeadline(from: now, settings), mayWaitInline: mayWaitInline)
        return (options, epoch.duration(to: now))
    }

    /// Whether a caller with this isolation may have its thread held for a moment: not the main actor. A function of its
    /// own and not inlined, since Swift 6.3's optimiser crashes on the comparison inside an async function.
    @inline(never)
    static func mayWaitInline(on isolation: (any Actor)?) -> Bool { isolation !== MainActor.shared }

    /// The time that a command waits on the server by its own wish is on top of the configuration's.
    func deadline(
        of call: Call, _ encode: (inout CommandEncoder) -> Void
    ) -> ContinuousClock.Instant? {
        let start = epoch + call.start
        guard call.metadata.isBlocking else { return callDeadline(from: start, call.settings) }
        var encoder = CommandEncoder(capacity: 128)
        encode(&encoder)
        return call.settings.deadline(
            from: start, standard: configuration.node.commandTimeout, blocking: encoder.span)
    }

    /// A machine for what may befall one call, or a batch.
    func redirects(
        mayRepeat: Bool, _ settings: CallSettings, deadline: ContinuousClock.Instant?
    ) -> RedirectStateMachine {
        RedirectStateMachine(mayRepeat: mayRepeat, deadline: deadline, limits: limits(settings))
    }

    /// Redirects are followed whatever is to be sent again: they are how a cluster says where a command belongs.
    func limits(_ settings: CallSettings) -> RedirectStateMachine.Limits {
        var limits = limits
        if scope(settings) == .nothing { limits.retries = 0 }
        return limits
    }

    func scope(_ settings: CallSettings) -> RetryPolicy.Scope { settings.scope(configuration.node.retries) }

    /// Sends the call once; an error reply is thrown.
    private func attempt(
        _ call: Call, at node: ClusterNode, asking: Bool, deadline: ContinuousClock.Instant?,
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let frame = try await node.roundTrip(
            blocks: call.metadata.isBlocking, alone: call.isAlone, asking: asking, deadline: deadline,
            mayWaitInline: call.mayWaitInline, encode)
        if frame.isError { throw ServerError(reply: frame) }
        return frame
    }

    /// Follows redirects and tries again, as ``RedirectStateMachine`` says, after `failure` at `node`.
    func recover(
        _ call: Call, from node: ClusterNode?, after failure: (any Error)?,
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        var (node, failure) = (node, failure)
        let deadline = deadline(of: call, encode)
        var machine = redirects(
            mayRepeat: scope(call.settings).mayRepeat(call.metadata), call.settings, deadline: deadline)
        if node == nil {
            try await waitForTopology(deadline: deadline)
            node = try firstNode(for: call.slot, readsOnly: call.metadata.isReadOnly)
            failure = nil
        }
        var asking = false
        while true {
            if let node, failure == nil {
                do {
                    return try await attempt(call, at: node, asking: asking, deadline: deadline, encode)
                } catch {
                    failure = error
                }
            }
            let reason = failure ?? notServed(call.slot)
            guard let refusal = RedirectStateMachine.Refusal(reason, from: node?.address) else {
                throw node?.client.server.explaining(reason) ?? reason
            }
            let now = environment.now()
            let action = machine.refused(refusal, by: node?.address, at: now, jitter: jitter())
            perform(action, by: node)
            guard case .send(let target, let pause) = action.next else {
                throw Self.final(action.next, after: reason, by: node)
            }
            if let observation { observation.sentAgain(to: target, after: pause, reason) }
            if pause > .zero { try await environment.sleep(now + pause) }
            (node, asking) = try self.node(for: target, slot: call.slot)
            if observation != nil, let node { CallTrail.current?.goes(to: node.client.configuration.endpoint) }
            failure = nil
        }
    }

    /// Calls `body` with the node of `slot`, and again with another one when it was refused without effect.
    ///
    /// - Parameter canAsk: whether `body` heeds its second argument, which asks for ASKING before what it sends.
    ///   Otherwise a slot that is half-way to another node is waited for.
    func redirecting<R: ~Copyable>(
        _ slot: HashSlot, mayRepeat: Bool, _ settings: CallSettings, deadline: ContinuousClock.Instant?,
        canAsk: Bool = true,
        _ body: (ClusterNode, Bool) async throws -> R
    ) async throws -> R {
        var machine = redirects(mayRepeat: mayRepeat, settings, deadline: deadline)
        var target = RedirectStateMachine.Target.owner
        while true {
            let (node, asking) = try self.node(for: target, slot: slot)
            let failure: any Error
            do {
                guard let node else { throw ClusterError.slotNotServed(slot) }
                return try await body(node, asking)
            } catch {
                failure = error
            }
            guard var refusal = RedirectStateMachine.Refusal(failure, from: node?.address) else { throw failure }
            if case .ask = refusal, !canAsk { refusal = .tryAgain }
            let now = environment.now()
            let action = machine.refused(refusal, by: node?.address, at: now, jitter: jitter())
            perform(action, by: node)
            guard case .send(let next, let pause) = action.next else {
                throw Self.final(action.next, after: failure, by: node)
            }
            if let observation { observation.sentAgain(to: next, after: pause, failure) }
            if pause > .zero { try await environment.sleep(now + pause) }
            target = next
        }
    }

    /// What the caller gets when the machine gives up.
    static func final(
        _ next: RedirectStateMachine.Next, after failure: any Error, by node: ClusterNode?
    ) -> any Error {
        switch next {
        case .send, .surface: return failure
        case .deadline:
            // A connection's error says more about what happened than ours would.
            guard let refusal = failure as? ServerError else { return failure }
            return ClusterError.deadlineExceeded(lastRefusal: refusal.message)
        case .tooManyRedirects(let count):
            switch RedirectStateMachine.Refusal(failure, from: node?.address) {
            case .moved(_, let target), .ask(let target):
                return ClusterError.tooManyRedirects(count: count, lastNode: target)
            default: return failure
            }
        }
    }

    func notServed(_ slot: HashSlot?) -> any Error {
        slot.map { ClusterError.slotNotServed($0) } ?? ClusterError.topologyUnavailable([])
    }

    // MARK: Choosing a node

    /// Where a call goes first; `nil` when its slot, or the whole topology, is unknown.
    func firstNode(for slot: HashSlot?, readsOnly: Bool) throws -> ClusterNode? {
        let fromReplica = readsOnly && readsFromReplicas
        return try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            guard let slot else { return state.directory.anyPrimary() }
            return fromReplica ? state.directory.replica(of: slot) : state.directory.primary(of: slot)
        }
    }

    /// Where the machine sends a call.
    func node(
        for target: RedirectStateMachine.Target, slot: HashSlot?
    ) throws -> (node: ClusterNode?, asking: Bool) {
        try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            switch target {
            case .owner:
                guard let slot else { return (state.directory.anyPrimary(), false) }
                return (state.directory.primary(of: slot), false)
            case .node(let address): return (state.directory.node(at: address), false)
            case .asking(let address): return (state.directory.node(at: address), true)
            }
        }
    }

    /// What a refusal asks for besides the fate of its command.
    func perform(_ action: RedirectStateMachine.Action, by node: ClusterNode?) {
        guard action.patch != nil || action.refresh != nil || action.reconnect != nil else { return }
        let jitter = jitter()
        let now = environment.now()
        let (request, replaced) = state.withLock { state in
            if state.isClosed { return (TopologyStateMachine.RequestAction.none, ClusterNode?.none) }
            if let patch = action.patch {
                state.directory.patch(patch)
                state.topology.patched(patch)
            }
            let request = action.refresh.map { state.topology.request($0, at: now, jitter: jitter) }
            let replaced = action.reconnect.flatMap { address in
                node.flatMap { $0.address == address ? state.directory.replace($0) : nil }
            }
            return (request ?? .none, replaced)
        }
        if let replaced { retire([replaced]) }
        perform(request)
    }
}

extension Observation {
    /// A call that a node did not serve is sent to another one, or again.
    func sentAgain(to target: RedirectStateMachine.Target, after pause: Duration, _ failure: any Error) {
        guard let trail = CallTrail.current else { return }
        let attempt = trail.again()
        switch target {
        case .node(let address), .asking(let address):
            tell(.redirected(operation: trail.operation, to: .tcp(host: address.host, port: address.port)))
        case .owner:
            tell(
                .retrying(
                    operation: trail.operation, attempt: attempt, after: pause, ObservedFailure(failure)))
        }
    }
}
