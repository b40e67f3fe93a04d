// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import Testing

@testable internal import Pool

/// Age, silence, loss and the end, with scripted connections in virtual time.
@Suite(.timeLimit(.minutes(1))) struct ConnectionPoolLifeTests {
    let time = VirtualTime(random: 0)
    let members = ScriptedMembers()

    private func makePool(
        minimum: Int = 0, lifetime: Duration? = nil, probeAfter: Duration? = nil,
        onEvent: (@Sendable (PoolEvent) -> Void)? = nil
    ) -> ConnectionPool<ScriptedMembers.Connection> {
        ConnectionPool(
            configuration: PoolConfiguration(
                minimumConnections: minimum, maximumConnections: 2, idleTimeout: nil, lifetime: lifetime,
                probeAfter: probeAfter, drainTimeout: .seconds(5)),
            member: members.member, time: time.poolTime, onEvent: onEvent)
    }

    /// A pool with one unused connection.
    private func makeUsedPool(
        lifetime: Duration? = nil, probeAfter: Duration? = nil
    ) async throws -> (ConnectionPool<ScriptedMembers.Connection>, ScriptedMembers.Connection) {
        let pool = makePool(lifetime: lifetime, probeAfter: probeAfter)
        async let connection = members.succeed()
        try await pool.lease(deadline: nil).release(clean: true)
        return (pool, await connection)
    }

    @Test func `the minimum is opened by start`() async throws {
        let pool = makePool(minimum: 2)
        pool.start()
        await members.succeed()
        await members.succeed()
        await until { pool.status.idle == 2 }
        pool.close()
        #expect(pool.counters.closed == [.shutdown: 2])
    }

    @Test func `a silent connection is probed, and lent when it answers`() async throws {
        let (pool, opened) = try await makeUsedPool(probeAfter: .seconds(10))
        time.advance(by: .seconds(10))
        #expect(pool.status.idle == 1 && pool.counters.leases == 1)
        let lease = try await pool.lease(deadline: nil)
        #expect(lease.connection === opened)
        #expect(opened.probeCount == 1)
        lease.release(clean: true)
    }

    @Test func `a connection that was heard of isn't probed`() async throws {
        let (pool, opened) = try await makeUsedPool(probeAfter: .seconds(10))
        time.advance(by: .seconds(15))
        members.receive(at: time.now - .seconds(1))
        let lease = try await pool.lease(deadline: nil)
        #expect(lease.connection === opened)
        #expect(opened.probeCount == 0)
        lease.release(clean: true)
    }

    @Test func `a caller doesn't hear of connections that fail their probes`() async throws {
        let (pool, opened) = try await makeUsedPool(probeAfter: .seconds(10))
        members.makeProbesFail()
        time.advance(by: .seconds(10))
        async let fresh = members.succeed()
        let lease = try await pool.lease(deadline: nil)
        #expect(await fresh === lease.connection)
        #expect(opened.isClosed)
        #expect(pool.counters.closed == [.failedProbe: 1])
        lease.release(clean: true)
    }

    @Test func `an old shared connection is retired once another has taken its place, and closed after its time`()
        async throws
    {
        let pool = makePool(lifetime: .seconds(60))
        async let first = members.succeed()
        let old = try await pool.shared(deadline: nil)
        #expect(await first === old)
        time.advance(by: .seconds(60))
        let new = await members.succeed()
        await until { pool.sharedIfOpen() === new }
        await until { old.isRetired }
        #expect(!old.isClosed && pool.status.retiring == 1)
        time.advance(by: .seconds(5))
        await until { old.isClosed }
        #expect(pool.counters.closed == [.lifetime: 1])
    }

    @Test func `a caller whose deadline passes hears why the connection was lost`() async throws {
        struct Cause: Error {}
        let pool = makePool()
        let id = PoolMemberID.shared
        let deadline = time.now + .seconds(3)
        let call = Task { try await pool.shared(deadline: deadline) }
        await until { members.waitingDials == 1 }
        pool.memberClosed(id, cause: Cause())
        await members.succeed()
        await until { members.waitingDials == 1 }
        time.advance(by: .seconds(3))
        let error = await #expect(throws: PoolError.self) { _ = try await call.value }
        guard case .waitTimedOut(_, .some(let cause)) = error else { return #expect(Bool(false), "\(error as Any)") }
        #expect(cause is Cause)
        pool.close()
        await members.succeed()
    }

    // MARK: The end

    @Test func `a shutdown waits for leases and the shared connection`() async throws {
        let pool = makePool()
        async let first = members.succeed()
        let lease = try await pool.lease(deadline: nil)
        _ = await first
        async let second = members.succeed()
        let shared = try await pool.shared(deadline: nil)
        _ = await second
        let shutdown = Task { await pool.shutdown(deadline: nil) }
        await until { shared.isRetired }
        await #expect(throws: PoolError.self) { try await pool.lease(deadline: nil).release(clean: true) }
        #expect(!lease.connection.isClosed)
        let leased = lease.connection
        lease.release(clean: true)
        #expect(leased.isClosed)
        pool.memberClosed(shared.id)
        #expect(await shutdown.value)
        #expect(await pool.shutdown(deadline: nil), "it has ended")
    }

    @Test func `a shutdown closes the rest at its deadline`() async throws {
        let (pool, opened) = try await makeUsedPool()
        let lease = try await pool.lease(deadline: nil)
        let deadline = time.now + .seconds(9)
        let shutdown = Task { await pool.shutdown(deadline: deadline) }
        await until { time.sleeperCount == 1 }
        time.advance(by: .seconds(9))
        #expect(await shutdown.value == false)
        #expect(opened.isClosed)
        lease.release(clean: true)
        await until { time.sleeperCount == 0 }
    }

    @Test func `cancelling a shutdown closes the rest at once`() async throws {
        let (pool, opened) = try await makeUsedPool()
        let lease = try await pool.lease(deadline: nil)
        let shutdown = Task { await pool.shutdown(deadline: nil) }
        shutdown.cancel()
        #expect(await shutdown.value == false)
        #expect(opened.isClosed)
        lease.release(clean: true)
    }

    // MARK: Metrics

    @Test func `events and counters say what happened and why`() async throws {
        struct Cause: Error {}
        let log = Mutex<[String]>([])
        let pool = makePool { event in
            let line =
                switch event {
                case .opened(let id): "opened \(id)"
                case .dialFailed(let id, let error): "failed \(id) \(error)"
                case .closed(let id, let reason, let cause):
                    "closed \(id) \(reason)\(cause.map { " \($0)" } ?? "")"
                @unknown default: "unknown"
                }
            log.withLock { $0.append(line) }
        }
        async let first = members.succeed()
        try await pool.lease(deadline: nil).dispose()
        _ = await first
        async let second = members.succeed()
        let lease = try await pool.lease(deadline: nil)
        _ = await second
        pool.memberClosed(lease.id, cause: Cause())
        lease.release(clean: true)
        let failing = Task { try await pool.lease(deadline: nil).release(clean: true) }
        await members.fail(permanently: true)
        await #expect(throws: ScriptedMembers.Refused(isPermanent: true)) { try await failing.value }
        pool.close()
        // Callers go on before the listener hears why, and may be faster with the next event.
        await until { log.withLock { $0.count } == 5 }
        #expect(
            log.withLock { Set($0) } == [
                "opened 2.0", "closed 2.0 disposed", "opened 2.1", "closed 2.1 lost Cause()",
                "failed 2.2 Refused(isPermanent: true)",
            ])
        let expected = PoolCounters(
            leases: 2, waits: 3, opened: 2, failedDials: 1, closed: [.disposed: 1, .lost: 1])
        #expect(pool.counters == expected)
    }
}
