// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool
internal import Testing
internal import Transport

/// The pool over real sockets, against a listener that is as unreliable as it can be.
@Suite(.timeLimit(.minutes(5))) struct ConnectionPoolSocketTests {
    @Test(arguments: [1, 2] as [UInt64])
    func `after 10,000 leases with failing dials and cancellation nothing is left open`(seed: UInt64) async throws {
        let census = Census()
        let server = try UnreliableServer(seed: seed, census)
        let pool = ConnectionPool(
            configuration: PoolConfiguration(
                minimumConnections: 2, maximumConnections: 8, lifetime: .seconds(1), lifetimeJitter: 1,
                backoff: Backoff(initial: .microseconds(50), maximum: .milliseconds(1))),
            member: PooledSocket.member(of: server, census))
        let seen = await withTaskGroup(of: [String: Int].self) { group in
            for worker in 0..<50 {
                group.addTask {
                    var random = SplitMix64(seed: seed &* 1_000 &+ UInt64(worker))
                    var outcomes: [String: Int] = [:]
                    for _ in 0..<200 { outcomes[await Self.useOnce(pool, &random), default: 0] += 1 }
                    return outcomes
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
        #expect(seen.values.reduce(0, +) == 10_000)
        for outcome in ["used", "cancelled", "failed"] { #expect(seen[outcome, default: 0] > 0, "\(seen)") }
        #expect(pool.counters.failedDials > 50)

        await pool.shutdown(deadline: nil)
        await server.close()
        #expect(pool.status == PoolStatus())
        let counters = pool.counters
        #expect(counters.closed.values.reduce(0, +) == counters.opened)
        // A descriptor goes with the last reference to it, which a thread of the event loop may hold a moment longer.
        await until { census.alive == 0 && census.descriptors == 0 }
        #expect(census.registered > 100)
    }

    @Test func `the count of descriptors sees those that are open, shut down or not`() async throws {
        let census = Census()
        let server = try UnreliableServer(seed: 0, census)
        let transport = try await SocketConnector().open(server.endpoint)
        census.register(transport)
        await until { census.registered == 2 }
        #expect((1...2).contains(census.descriptors), "the server may have hung up")
        try? transport.finishWriting()
        await server.close()
        await until { census.descriptors == 1 }
        transport.close()
    }

    /// One lease, used and given back in some way; some of them by a task that is cancelled.
    private static func useOnce(_ pool: ConnectionPool<PooledSocket>, _ random: inout SplitMix64) async -> String {
        let kind = random.below(16)
        let yields = random.below(4)
        let isCancelled = random.below(4) == 0
        let task = Task {
            do {
                if kind == 15 {
                    _ = try await pool.shared(deadline: nil)
                    return "used"
                }
                let deadline = kind == 14 ? ContinuousClock.now + .microseconds(100) : nil
                let lease = try await pool.lease(deadline: deadline)
                let isAlone = lease.connection.enter()
                #expect(isAlone, "one holder at a time")
                for _ in 0..<yields { await Task.yield() }
                lease.connection.leave()
                switch kind {
                case 0: lease.dispose()
                case 1: lease.release(clean: false)
                case 2: break
                case 3:
                    lease.connection.close()
                    pool.memberClosed(lease.id)
                default: lease.release(clean: true)
                }
                return "used"
            } catch is CancellationError {
                return "cancelled"
            } catch {
                return "failed"
            }
        }
        if isCancelled {
            for _ in 0..<yields { await Task.yield() }
            task.cancel()
        }
        return await task.value
    }
}
