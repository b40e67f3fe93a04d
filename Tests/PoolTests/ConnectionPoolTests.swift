// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import Testing

@testable internal import Pool

/// The driver with scripted connections in virtual time.
@Suite(.timeLimit(.minutes(1))) struct ConnectionPoolTests {
    let time = VirtualTime()
    let members = ScriptedMembers()

    private func makePool(maximum: Int = 2, idleTimeout: Duration? = nil) -> ConnectionPool<ScriptedMembers.Connection>
    {
        ConnectionPool(
            configuration: PoolConfiguration(
                maximumConnections: maximum, idleTimeout: idleTimeout,
                backoff: Backoff(initial: .seconds(1), maximum: .seconds(4))),
            member: members.member, time: time.poolTime)
    }

    @Test func `a released connection is lent again, without another dial`() async throws {
        let pool = makePool()
        async let connection = members.succeed()
        let lease = try await pool.lease(deadline: nil)
        let first = lease.connection
        #expect(await connection === first)
        lease.release(clean: true)
        let second = try await pool.lease(deadline: nil)
        #expect(second.connection === first)
        #expect(pool.status.idle == 0)
        second.release(clean: true)
        #expect(first.resetCount == 0)
        pool.close()
        #expect(first.isClosed)
    }

    @Test func `many callers share one dial of the shared connection`() async throws {
        let pool = makePool()
        try await withThrowingTaskGroup(of: PoolMemberID.self) { group in
            for _ in 0..<50 { group.addTask { try await pool.shared(deadline: nil).id } }
            await until { pool.status.waiting == 50 }
            await members.succeed()
            for try await id in group { #expect(id.isShared) }
        }
        #expect(members.opened.count == 1)
        #expect(pool.sharedIfOpen() === members.opened.first)
    }

    @Test func `cancelling a waiting task ends its waiting at once`() async throws {
        let pool = makePool()
        let task = Task { try await pool.lease(deadline: nil).release(clean: true) }
        await until { pool.status.waiting == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(pool.status.waiting == 0)
        await members.succeed()
        await until { pool.status.idle == 1 }
    }

    @Test func `a task that is cancelled before it asks doesn't wait`() async throws {
        let pool = makePool()
        let gate = Holders()
        let task = Task {
            await until { gate.total > 0 }
            _ = try await pool.shared(deadline: nil)
        }
        task.cancel()
        gate.leave(PoolMemberID(slot: 1, generation: 0))
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(pool.status.waiting == 0)
    }

    @Test func `a caller's deadline ends its waiting and says how long it was`() async throws {
        let pool = makePool(maximum: 1)
        async let connection = members.succeed()
        let lease = try await pool.lease(deadline: nil)
        _ = await connection
        let deadline = time.now + .seconds(3)
        let task = Task { try await pool.lease(deadline: deadline).release(clean: true) }
        await until { pool.status.waiting == 1 }
        time.advance(by: .seconds(2))
        #expect(pool.status.waiting == 1)
        time.advance(by: .seconds(1))
        let error = await #expect(throws: PoolError.self) { try await task.value }
        guard case .waitTimedOut(.seconds(3), nil) = error else { return #expect(Bool(false), "\(error as Any)") }
        lease.release(clean: true)
    }

    @Test func `the first failure ever reaches every caller`() async throws {
        let pool = makePool()
        let first = Task { _ = try await pool.shared(deadline: nil) }
        let second = Task { try await pool.lease(deadline: nil).release(clean: true) }
        await until { pool.status.waiting == 2 }
        await members.fail()
        await #expect(throws: ScriptedMembers.Refused()) { try await first.value }
        await #expect(throws: ScriptedMembers.Refused()) { try await second.value }
    }

    @Test func `later refusals are retried with delays until the deadline, which names the last cause`() async throws {
        let pool = makePool()
        async let connection = members.succeed()
        let opened = try await pool.shared(deadline: nil)
        _ = await connection
        time.advance(by: .seconds(60))
        pool.memberClosed(opened.id)
        let deadline = time.now + .seconds(9)
        let patient = Task { try await pool.shared(deadline: nil) }
        let limited = Task { try await pool.shared(deadline: deadline) }
        await until { pool.status.waiting == 2 }
        for delay in [1, 2, 4] {
            await members.fail()
            await until { pool.status.dialing == 0 }
            time.advance(by: .milliseconds(delay * 1000 - 1))
            #expect(pool.status.dialing == 0)
            time.advance(by: .milliseconds(1))
            await until { pool.status.dialing == 1 }
        }
        time.advance(by: .seconds(2))
        let error = await #expect(throws: PoolError.self) { _ = try await limited.value }
        guard case .waitTimedOut(.seconds(9), .some(let cause)) = error else {
            return #expect(Bool(false), "\(error as Any)")
        }
        #expect(cause as? ScriptedMembers.Refused == ScriptedMembers.Refused())
        let again = await members.succeed()
        #expect(try await patient.value === again)
    }

    @Test func `a permanent failure is thrown at once although the server was there before`() async throws {
        let pool = makePool()
        async let connection = members.succeed()
        _ = try await pool.shared(deadline: nil)
        _ = await connection
        let task = Task { try await pool.lease(deadline: nil).release(clean: true) }
        await members.fail(permanently: true)
        await #expect(throws: ScriptedMembers.Refused(isPermanent: true)) { try await task.value }
    }

    @Test func `a dropped lease is cleaned before the next caller gets the connection`() async throws {
        let pool = makePool(maximum: 1)
        async let connection = members.succeed()
        do { _ = try await pool.lease(deadline: nil) }
        let opened = await connection
        let lease = try await pool.lease(deadline: nil)
        #expect(lease.connection === opened)
        #expect(opened.resetCount == 1)
        lease.release(clean: true)
    }

    @Test func `a connection that can't be cleaned is closed and the waiter gets a new one`() async throws {
        members.makeResetsFail()
        let pool = makePool(maximum: 1)
        async let connection = members.succeed()
        let lease = try await pool.lease(deadline: nil)
        let old = await connection
        let task = Task {
            let lease = try await pool.lease(deadline: nil)
            let connection = lease.connection
            lease.release(clean: true)
            return connection
        }
        await until { pool.status.waiting == 1 }
        lease.release(clean: false)
        let new = await members.succeed()
        #expect(try await task.value === new)
        #expect(old.isClosed)
    }

    @Test func `a disposed connection is closed at once`() async throws {
        let pool = makePool()
        async let connection = members.succeed()
        let lease = try await pool.lease(deadline: nil)
        lease.dispose()
        #expect(await connection.isClosed)
        #expect(pool.status == PoolStatus())
    }

    @Test func `a connection unused for too long is closed by the timer`() async throws {
        let pool = makePool(idleTimeout: .seconds(30))
        async let connection = members.succeed()
        try await pool.lease(deadline: nil).release(clean: true)
        let opened = await connection
        time.advance(by: .seconds(29))
        #expect(pool.status.idle == 1)
        time.advance(by: .seconds(1))
        await until { opened.isClosed }
        #expect(pool.status.idle == 0)
    }

    @Test func `closing fails the waiters and closes what is lent, and what is dialed when it comes`() async throws {
        let pool = makePool(maximum: 1)
        async let connection = members.succeed()
        let lease = try await pool.lease(deadline: nil)
        let opened = await connection
        let deadline = time.now + .seconds(5)
        let waiter = Task { try await pool.lease(deadline: deadline).release(clean: true) }
        let sharer = Task { try await pool.shared(deadline: nil) }
        await until { pool.status.waiting == 2 && members.waitingDials == 1 && time.sleeperCount == 1 }
        pool.close()
        for outcome in [await waiter.result, await sharer.result.map { _ in }] {
            guard case .failure(PoolError.closed) = outcome else { return #expect(Bool(false), "\(outcome)") }
        }
        #expect(opened.isClosed, "its holder's calls end")
        await until { time.sleeperCount == 0 }
        let late = await members.succeed()
        await until { late.isClosed }
        lease.release(clean: true)
        await #expect(throws: PoolError.self) { try await pool.lease(deadline: nil).release(clean: true) }
        #expect(pool.status == PoolStatus())
    }

    @Test func `a pool that is dropped closes its connections and what is still being dialed`() async throws {
        var pool: ConnectionPool<ScriptedMembers.Connection>? = makePool(idleTimeout: .seconds(10))
        weak let weakPool = pool
        async let connection = members.succeed()
        try await pool?.lease(deadline: nil).release(clean: true)
        let opened = await connection
        let task = Task { [pool] in _ = try await pool?.shared(deadline: nil) }
        await until { members.waitingDials == 1 }
        task.cancel()
        _ = await task.result
        pool = nil
        await until { weakPool == nil && opened.isClosed }
        let late = await members.succeed()
        await until { late.isClosed && time.sleeperCount == 0 }
    }

    @Test func `many tasks lease few connections and never meet on one`() async throws {
        let members = ScriptedMembers(automatic: true)
        let pool = ConnectionPool(
            configuration: PoolConfiguration(maximumConnections: 4, backoff: Backoff(initial: .zero)),
            member: members.member, time: time.poolTime)
        let holders = Holders()
        try await withThrowingTaskGroup { group in
            for task in 0..<40 {
                group.addTask {
                    for round in 0..<100 {
                        let lease = try await pool.lease(deadline: nil)
                        let id = lease.id
                        #expect(holders.enter(id) == 1)
                        await Task.yield()
                        holders.leave(id)
                        switch (task + round) % 7 {
                        case 0: pool.memberClosed(id)
                        case 1: lease.dispose()
                        case 2: lease.release(clean: false)
                        case 3: break
                        default: lease.release(clean: true)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(holders.total == 4_000)
        pool.close()
        await until { pool.status.resetting == 0 }
        #expect(pool.status.leased == 0)
    }
}

/// Counts who is where.
private final class Holders: Sendable {
    private let state = Mutex<(inside: [PoolMemberID: Int], total: Int)>(([:], 0))

    var total: Int { state.withLock { $0.total } }

    func enter(_ id: PoolMemberID) -> Int {
        state.withLock { state in
            state.inside[id, default: 0] += 1
            return state.inside[id, default: 0]
        }
    }

    func leave(_ id: PoolMemberID) {
        state.withLock { state in
            state.inside[id] = 0
            state.total += 1
        }
    }
}
