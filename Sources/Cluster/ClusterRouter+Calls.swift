// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import Pipeline
public import RESPCodec
internal import Synchronization

extension ClusterRouter {
    /// One command on its way through the cluster.
    struct Call {
        var metadata: CommandMetadata
        var slot: HashSlot?
        /// `nil` for commands that wait on the server for as long as their arguments say.
        var deadline: ContinuousClock.Instant?
        var mayWaitInline: Bool
    }

    /// Sends the command that `encode` appends to where its keys are; the reply is no error.
    @usableFromInline
    func roundTrip(
        _ metadata: CommandMetadata, _ keys: KeySlots, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        if metadata.bindsConnection { throw CommandMisuse.bindsConnection(name: metadata.name) }
        if let first = keys.first, let other = keys.other {
            throw ClusterError.crossSlot(command: metadata.name, first: first, second: other)
        }
        let now = environment.now()
        let call = Call(
            metadata: metadata, slot: keys.first, deadline: metadata.isBlocking ? nil : callDeadline(from: now),
            mayWaitInline: #isolation !== MainActor.shared)
        if keys.first == nil, let targets = FanOut(metadata) {
            return try await fanOut(call, targets, encode)
        }
        guard let node = try firstNode(for: call) else {
            return try await recover(call, from: nil, after: nil, encode)
        }
        do {
            return try await attempt(call, at: node, asking: false, now: now, encode)
        } catch {
            return try await recover(call, from: node, after: error, encode)
        }
    }

    /// Sends the call once; an error reply is thrown.
    func attempt(
        _ call: Call, at node: ClusterNode, asking: Bool, now: ContinuousClock.Instant,
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let options = CallOptions(now: now, deadline: call.deadline, mayWaitInline: call.mayWaitInline)
        let frame = try await node.roundTrip(
            isBlocking: call.metadata.isBlocking, asking: asking, options, encode)
        if frame.isError { throw ServerError(reply: frame) }
        return frame
    }

    /// Follows redirects and tries again, as ``RedirectStateMachine`` says, after `failure` at `node`.
    func recover(
        _ call: Call, from node: ClusterNode?, after failure: (any Error)?,
        _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        var (node, failure) = (node, failure)
        var machine = RedirectStateMachine(
            isReadOnly: call.metadata.isReadOnly, deadline: call.deadline, limits: limits)
        if node == nil {
            try await waitForTopology(deadline: call.deadline)
            node = try firstNode(for: call)
            failure = nil
        }
        var asking = false
        while true {
            if let node, failure == nil {
                do {
                    return try await attempt(call, at: node, asking: asking, now: environment.now(), encode)
                } catch {
                    failure = error
                }
            }
            let reason = failure ?? notServed(call.slot)
            guard let refusal = RedirectStateMachine.Refusal(reason, from: node?.address) else { throw reason }
            let now = environment.now()
            let action = machine.refused(refusal, by: node?.address, at: now, jitter: jitter())
            perform(action, by: node)
            guard case .send(let target, let pause) = action.next else {
                throw Self.final(action.next, after: reason, by: node)
            }
            if pause > .zero { try await environment.sleep(now + pause) }
            (node, asking) = try self.node(for: target, slot: call.slot)
            failure = nil
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
    func firstNode(for call: Call) throws -> ClusterNode? {
        let fromReplica = configuration.readPreference == .replica && call.metadata.isReadOnly
        return try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            guard let slot = call.slot else { return state.directory.anyPrimary() }
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
