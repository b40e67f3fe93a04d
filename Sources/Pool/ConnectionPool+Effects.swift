// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

extension ConnectionPool {
    /// Waits in line; the continuation is resumed by whoever has the connection or the error.
    func wait(
        for kind: PoolWaitTicket.Kind, deadline: ContinuousClock.Instant?
    ) async throws -> PoolGrant {
        let ticket = PoolWaitTicket()
        let deadline = deadline.map(PoolInstant.init) ?? .never
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                perform { $0.acquire(kind, ticket: ticket, answer: answer, deadline: deadline, now: now()) }
            }
        } onCancel: {
            if let waiter = ticket.cancel() { perform { $0.cancel(waiter) } }
        }
    }

    /// Feeds an event to the state under the lock and does what follows from it after the lock.
    func perform(_ event: (inout PoolState) -> PoolState.Effects) {
        carryOut(state.withLock { event(&$0) })
    }

    func carryOut(_ effects: PoolState.Effects) {
        for (answer, grant) in effects.grants { answer.resume(returning: grant) }
        for (answer, error) in effects.failures { answer.resume(throwing: error) }
        for task in effects.cancel { task.cancel() }
        for connection in effects.close { member.close(typed(connection)) }
        for connection in effects.retire { member.retire?(typed(connection)) }
        for grant in effects.reset { startReset(grant) }
        for grant in effects.probe { startProbe(grant) }
        for id in effects.dials { startDial(id) }
        if let timer = effects.timer { startTimer(timer.number, at: timer.instant) }
        if let onEvent { for event in effects.events { onEvent(event) } }
        if let ended = effects.ended {
            for answer in ended.answers { answer.resume(returning: ended.gracefully) }
        }
    }

    // The tasks below don't keep the pool alive: one that is dropped cancels them and closes what they bring.

    private func startDial(_ id: PoolMemberID) {
        startTask(for: id) { [weak self, member] in
            do {
                let connection = try await member.open(id)
                guard let self else { return member.close(connection) }
                let random = time.random(0...1)
                perform { $0.dialSucceeded(id, connection, now: now(), random: random) }
            } catch {
                guard let self else { return }
                let isPermanent = member.isPermanentFailure(error)
                let random = time.random(0...1)
                perform { $0.dialFailed(id, error, isPermanent: isPermanent, now: now(), random: random) }
            }
        }
    }

    private func startReset(_ grant: PoolGrant) {
        let connection = typed(grant.connection)
        startTask(for: grant.id) { [weak self, member] in
            let isClean = await member.reset(connection)
            guard let self else { return member.close(connection) }
            perform { $0.resetFinished(grant.id, clean: isClean, now: now()) }
        }
    }

    private func startProbe(_ grant: PoolGrant) {
        let connection = typed(grant.connection)
        if let probeAfter, let lastReceived = member.lastReceived?(connection) {
            let now = now()
            if PoolInstant(lastReceived).adding(probeAfter) > now {
                return perform { $0.probeFinished(grant.id, alive: true, now: now) }
            }
        }
        startTask(for: grant.id) { [weak self, member] in
            let isAlive = await member.probe?(connection) ?? true
            guard let self else { return member.close(connection) }
            perform { $0.probeFinished(grant.id, alive: isAlive, now: now()) }
        }
    }

    private func startTask(for id: PoolMemberID, _ body: @escaping @Sendable () async -> Void) {
        let task = Task(executorPreference: executor) { await body() }
        if !state.withLock({ $0.keep(task, for: id) }) { task.cancel() }
    }

    private func startTimer(_ number: Int, at instant: PoolInstant) {
        let task = Task(executorPreference: executor) { [weak self, time] in
            guard (try? await time.sleep(instant.instant)) != nil, let self else { return }
            perform { $0.timerFired(number, now: now()) }
        }
        if !state.withLock({ $0.keepTimer(task, number: number) }) { task.cancel() }
    }
}
