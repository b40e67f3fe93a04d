// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
package import Pipeline
internal import RESPCodec
internal import Synchronization

extension ClusterRouter: BatchRunner {
    package var recordsSlots: Bool { true }
    /// Of several versions in one cluster, one primary's.
    package var server: ServerRecord {
        (try? firstNode(for: nil, readsOnly: false))?.client.server ?? ServerRecord()
    }

    package func run(
        _ content: consuming BatchContent, atomic: Bool
    ) async throws -> BatchOutcome {
        try await run(content, atomic: atomic, .standard)
    }

    package func run(
        _ content: consuming BatchContent, atomic: Bool, _ settings: CallSettings
    ) async throws -> BatchOutcome {
        let (operation, size) = observation == nil ? ("", nil) : (content.operation(atomic: atomic), content.size)
        let batch = RoutedBatch(content)
        if let observation {
            return try await observation.call(operation, batchSize: size, environment) {
                try await run(batch, atomic: atomic, settings)
            }
        }
        return try await run(batch, atomic: atomic, settings)
    }

    private func run(_ batch: RoutedBatch, atomic: Bool, _ settings: CallSettings) async throws -> BatchOutcome {
        try batch.check()
        let mayWaitInline = Self.mayWaitInline(on: #isolation)
        let deadline = callDeadline(from: environment.now(), settings)
        let slot = atomic ? try batch.onlySlot() : nil
        try await waitForTopology(deadline: deadline)
        guard let slot else {
            return .mixed(try await runSplit(batch, settings, deadline: deadline, mayWaitInline: mayWaitInline))
        }
        // A block that a node refused was not executed at all, so the whole of it may be sent again.
        let mayRepeat = batch.mayRepeat(scope(settings))
        let once = settings.with(deadline: deadline).with(retrying: .nothing)
        return try await redirecting(slot, mayRepeat: mayRepeat, settings, deadline: deadline) { node, asking in
            try await node.client.run(batch.copy(), atomic: true, asking: asking, once)
        }
    }

    // MARK: Split by node

    private typealias Answer = Result<RESPFrame, any Error>
    private typealias Plan = BatchPlan<Answer>

    /// What one group of a round came to.
    private struct GroupOutcome: Sendable {
        var group: Plan.Group
        var node: ClusterNode
        var frames: Result<[RESPFrame], any Error>
    }

    private func runSplit(
        _ batch: RoutedBatch, _ settings: CallSettings, deadline: ContinuousClock.Instant?, mayWaitInline: Bool
    ) async throws -> [Result<RESPFrame, any Error>] {
        let scope = scope(settings)
        let entries = batch.content.entries.map { Plan.Entry(slot: $0.slot, mayRepeat: scope.mayRepeat($0.metadata)) }
        var plan = Plan(entries, deadline: deadline, limits: limits(settings))
        while !plan.isSettled {
            let pause = plan.pause
            if pause > .zero { try await environment.sleep(environment.now() + pause) }
            let (round, nodes) = try makeRound(&plan)
            for index in round.uncovered {
                refused(&plan, index, .failure(notServed(entries[index].slot)), .uncovered, by: nil)
            }
            let outcomes = await send(
                batch, round, nodes, deadline, alone: settings.expectsLargeReply, mayWaitInline: mayWaitInline)
            for outcome in outcomes { try take(outcome, &plan) }
        }
        return plan.answers() ?? []
    }

    /// The next round, and a node for each of its groups.
    private func makeRound(_ plan: inout Plan) throws -> (Plan.Round, [ClusterNode]) {
        try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            let round = plan.makeRound(map: state.directory.map)
            let nodes = try round.groups.map { group in
                if let address = group.node { return state.directory.node(at: address) }
                guard let any = state.directory.anyPrimary() else { throw ClusterError.topologyUnavailable([]) }
                return any
            }
            return (round, nodes)
        }
    }

    /// Sends the groups of a round at the same time and waits for all of them.
    private func send(
        _ batch: RoutedBatch, _ round: Plan.Round, _ nodes: [ClusterNode], _ deadline: ContinuousClock.Instant?,
        alone: Bool, mayWaitInline: Bool
    ) async -> [GroupOutcome] {
        // Most batches of a well-laid-out application have one node, and so need no task.
        if round.groups.count == 1 {
            let group = round.groups[0]
            return [await Self.send(batch, group, to: nodes[0], deadline, alone: alone, mayWaitInline: mayWaitInline)]
        }
        return await withTaskGroup(of: GroupOutcome.self) { tasks in
            for (group, node) in zip(round.groups, nodes) {
                tasks.addTask {
                    await Self.send(batch, group, to: node, deadline, alone: alone, mayWaitInline: false)
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    private static func send(
        _ batch: RoutedBatch, _ group: Plan.Group, to node: ClusterNode, _ deadline: ContinuousClock.Instant?,
        alone: Bool, mayWaitInline: Bool
    ) async -> GroupOutcome {
        do {
            let replies = group.indices.count * (group.asking ? 2 : 1)
            let frames = try await node.roundTrips(
                replies: replies, alone: alone, deadline: deadline, mayWaitInline: mayWaitInline
            ) { encoder in batch.encode(group.indices, asking: group.asking, into: &encoder) }
            let answers = group.asking ? stride(from: 1, to: frames.count, by: 2).map { frames[$0] } : frames
            return GroupOutcome(group: group, node: node, frames: .success(answers))
        } catch {
            return GroupOutcome(group: group, node: node, frames: .failure(error))
        }
    }

    private func take(_ outcome: GroupOutcome, _ plan: inout Plan) throws {
        switch outcome.frames {
        case .failure(let error):
            if error is CancellationError { throw error }
            let refusal = RedirectStateMachine.Refusal(error, from: outcome.node.address)
            for index in outcome.group.indices {
                refused(&plan, index, .failure(error), refusal, by: outcome.node)
            }
        case .success(let frames):
            for (index, frame) in zip(outcome.group.indices, frames) {
                let refusal = ServerError(frame).flatMap {
                    RedirectStateMachine.Refusal($0, from: outcome.node.address)
                }
                refused(&plan, index, .success(frame), refusal, by: outcome.node)
            }
        }
    }

    /// Settles the command at `index` with `answer`, unless that is a refusal after which it may go on.
    private func refused(
        _ plan: inout Plan, _ index: Int, _ answer: Answer, _ refusal: RedirectStateMachine.Refusal?,
        by node: ClusterNode?
    ) {
        guard let refusal else { return plan.settle(index, answer) }
        let action = plan.refused(index, refusal, by: node?.address, at: environment.now(), jitter: jitter())
        perform(action, by: node)
        switch action.next {
        case .send: break
        case .surface: plan.settle(index, answer)
        case .tooManyRedirects, .deadline:
            let failure: any Error =
                switch answer {
                case .success(let frame): ServerError(reply: frame)
                case .failure(let error): error
                }
            plan.settle(index, .failure(Self.final(action.next, after: failure, by: node)))
        }
    }
}

/// A batch's bytes, shared by the tasks that send parts of it.
private final class RoutedBatch: Sendable {
    let content: BatchContent

    init(_ content: consuming BatchContent) { self.content = content }

    /// Whether all of it may be executed twice.
    func mayRepeat(_ scope: RetryPolicy.Scope) -> Bool { content.entries.allSatisfy { scope.mayRepeat($0.metadata) } }

    /// Refuses what can't be routed, before anything is sent.
    func check() throws(ClusterError) {
        for entry in content.entries {
            if let first = entry.slot, let second = entry.otherSlot {
                throw .crossSlot(command: entry.metadata.name, first: first, second: second)
            }
            if entry.slot == nil, FanOut(entry.metadata) != nil, entry.metadata.name != "PING" {
                throw .needsManyNodes(command: entry.metadata.name)
            }
        }
    }

    /// The slot of a transaction.
    func onlySlot() throws(ClusterError) -> HashSlot {
        let slots = content.entries.compactMap(\.slot)
        guard let first = slots.first else { throw .transactionWithoutKeys }
        if let second = slots.first(where: { $0 != first }) {
            throw .transactionCrossesSlots(first: first, second: second)
        }
        return first
    }

    /// Appends some of the commands. ASKING holds for one command, so each has its own.
    func encode(_ indices: [Int], asking: Bool, into encoder: inout CommandEncoder) {
        Self.encode(content, indices, asking: asking, into: &encoder)
    }

    private static func encode(
        _ content: borrowing BatchContent, _ indices: [Int], asking: Bool, into encoder: inout CommandEncoder
    ) {
        if !asking, indices.count == content.count { return encoder.raw(content.encoder.span) }
        for index in indices {
            if asking { encoder.literal("*1\r\n$6\r\nASKING\r\n") }
            encoder.raw(content.encoder.span.extracting(content.bytes(of: index)))
        }
    }

    /// The whole of it, to be consumed.
    func copy() -> BatchContent {
        var copy = BatchContent(recordsSlots: true)
        Self.encode(content, Array(content.entries.indices), asking: false, into: &copy.encoder)
        copy.entries = content.entries
        copy.count = content.count
        copy.isReadOnly = content.isReadOnly
        copy.subject = content.subject
        return copy
    }
}
