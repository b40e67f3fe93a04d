// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import RESPCodec
internal import Synchronization

extension ClusterRouter {
    // MARK: Waiting

    /// Returns when a topology is known; asks for it if nobody has.
    func waitForTopology(deadline: ContinuousClock.Instant?) async throws {
        let isKnown = try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            return state.directory.map.coverage > 0
        }
        if !isKnown { try await wait(for: .firstUse, deadline: deadline) }
    }

    /// Asks for the topology now and returns when it is there.
    ///
    /// Not needed in ordinary use: redirects and failures lead to a refresh by themselves. At most about one refresh
    /// per second is made, so this may wait that long.
    ///
    /// - Throws: ``ClusterError/topologyUnavailable(_:)`` if no node answers; what was known stays then.
    public func refreshTopology() async throws {
        try await wait(for: .requested, deadline: callDeadline(from: environment.now()))
    }

    private func wait(for cause: RefreshCause, deadline: ContinuousClock.Instant?) async throws {
        let ticket = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let timer = deadline.map { deadline in
            Task { [weak self, environment] in
                try await environment.sleep(deadline)
                self?.timeOut(ticket)
            }
        }
        defer { timer?.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(continuation, ticket: ticket, cause: cause)
                if Task.isCancelled { resumeWaiter(ticket, throwing: CancellationError()) }
            }
        } onCancel: {
            resumeWaiter(ticket, throwing: CancellationError())
        }
    }

    private func enter(
        _ continuation: CheckedContinuation<Void, any Error>, ticket: UInt64, cause: RefreshCause
    ) {
        let jitter = jitter()
        let now = environment.now()
        let request: TopologyStateMachine.RequestAction? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.waiters[ticket] = continuation
            return state.topology.request(cause, at: now, jitter: jitter)
        }
        if let request { perform(request) } else { continuation.resume(throwing: ClusterError.closed) }
    }

    /// The deadline of a waiting call has come: the nodes asked so far are to blame.
    private func timeOut(_ ticket: UInt64) {
        let failures = state.withLock { $0.failures }
        resumeWaiter(ticket, throwing: ClusterError.topologyUnavailable(failures))
    }

    private func resumeWaiter(_ ticket: UInt64, throwing error: any Error) {
        state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume(throwing: error)
    }

    // MARK: Refreshing

    /// Starts what the machine asked for; the only place that makes the refresh's tasks.
    func perform(_ action: TopologyStateMachine.RequestAction) {
        switch action {
        case .none: break
        case .query(let node):
            let task = Task { [weak self] in
                var next: NodeAddress? = node
                while let node = next { next = await self?.query(node) }
            }
            keep(task) { $0.refreshTask = task }
        case .wake(let time):
            let task = Task { [weak self, environment] in
                guard (try? await environment.sleep(time)) != nil else { return }
                self?.timerFired()
            }
            keep(task) { state in
                state.timerTask?.cancel()
                state.timerTask = task
            }
        }
    }

    private func keep(_ task: Task<Void, Never>, _ store: (inout State) -> Void) {
        let isClosed = state.withLock { state in
            if !state.isClosed { store(&state) }
            return state.isClosed
        }
        if isClosed { task.cancel() }
    }

    private func timerFired() {
        let now = environment.now()
        perform(state.withLock { $0.isClosed ? .none : $0.topology.wake(at: now) })
    }

    /// Asks one node and does what follows; returns whom to ask next.
    private func query(_ address: NodeAddress) async -> NodeAddress? {
        let answer: Result<ClusterTopology, any Error>
        do { answer = .success(try await askTopology(address)) } catch { answer = .failure(error) }
        let jitter = jitter()
        let now = environment.now()
        var outcome = Outcome()
        let action: TopologyStateMachine.QueryAction = state.withLock { state in
            guard !state.isClosed else { return .ignore }
            let action: TopologyStateMachine.QueryAction
            switch answer {
            case .success(let topology):
                if topology.coverage == 0 { state.failures.append(.init(node: address, cause: TopologyDefect.noSlots)) }
                action = state.topology.answered(topology, by: address, at: now, jitter: jitter)
            case .failure(let error):
                state.failures.append(.init(node: address, cause: error))
                action = state.topology.failed(address, at: now, jitter: jitter)
            }
            outcome = Self.settle(action, &state)
            return action
        }
        retire(outcome.left)
        for waiter in outcome.waiters { waiter.resume(with: outcome.result) }
        if let wake = outcome.wakeAt { perform(.wake(at: wake)) }
        if case .query(let next) = action { return next }
        return nil
    }

    /// What the end of a refresh leads to.
    private struct Outcome {
        var waiters: [CheckedContinuation<Void, any Error>] = []
        var result: Result<Void, any Error> = .success(())
        var left: [ClusterNode] = []
        var wakeAt: ContinuousClock.Instant?
    }

    private static func settle(_ action: TopologyStateMachine.QueryAction, _ state: inout State) -> Outcome {
        var outcome = Outcome()
        switch action {
        case .query, .ignore: return outcome
        case .accept(let topology, let patches, let wakeAt):
            outcome.left = state.directory.adopt(topology, reapply: patches)
            outcome.wakeAt = wakeAt
        case .giveUp(let wakeAt):
            outcome.result = .failure(ClusterError.topologyUnavailable(state.failures))
            outcome.wakeAt = wakeAt
        }
        outcome.waiters = Array(state.waiters.values)
        state.waiters = [:]
        state.failures = []
        return outcome
    }

    /// What one node says of the cluster. `CLUSTER SHARDS` tells more, but some servers lack it and others leave
    /// slots out of it (Redis 7.0 while a shard's primary is down): `CLUSTER SLOTS` is asked then too.
    private func askTopology(_ address: NodeAddress) async throws -> ClusterTopology {
        let now = environment.now()
        let node = try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            return state.directory.node(at: address)
        }
        let patience = configuration.nodePatience * 2
        let deadline = now + patience
        let shards = try await node.roundTrip(deadline: deadline) { encoder in
            encoder.literal("*2\r\n$7\r\nCLUSTER\r\n$6\r\nSHARDS\r\n")
        }
        let best = Result { () throws -> ClusterTopology in
            if shards.isError { throw ServerError(reply: shards) }
            return try ClusterTopology(
                shardsReply: shards, from: address, usesTLS: configuration.node.security != nil)
        }
        if case .success(let topology) = best, topology.isComplete { return topology }
        let slots = try await node.roundTrip(deadline: deadline) { encoder in
            encoder.literal("*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n")
        }
        if slots.isError {
            if case .success(let topology) = best { return topology }
            throw ServerError(reply: slots)
        }
        let other = try ClusterTopology(slotsReply: slots, from: address)
        if case .success(let topology) = best, topology.coverage >= other.coverage { return topology }
        return other
    }

    // MARK: Nodes that left

    /// Closes nodes when their last calls must have ended.
    func retire(_ nodes: [ClusterNode]) {
        let grace = configuration.node.commandTimeout ?? .seconds(30)
        for node in nodes {
            let end = environment.now() + grace
            let task = Task { [weak self, environment] in
                try? await environment.sleep(end)
                node.client.close()
                _ = self?.state.withLock { $0.retired.removeValue(forKey: ObjectIdentifier(node)) }
            }
            keep(task) { $0.retired[ObjectIdentifier(node)] = (node, task) }
        }
    }
}
