// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import AllocationCounter
internal import Pool
internal import Testing

/// What the ordinary use of a pool may allocate: nothing. Counted for the thread, so that other tests don't matter.
///
/// `Scripts/test` runs it optimised: generic code that isn't allocates for its own, up to ten times per lease. Where
/// allocations can't be counted, by sanitizers and C libraries other than glibc, there is nothing to count.
@Suite(.timeLimit(.minutes(1))) struct PoolAllocationTests {
    #if DEBUG
        private let limit = 10_000
    #else
        private let limit = 0
    #endif
    private let members = ScriptedMembers(automatic: true)

    private func makePool(probeAfter: Duration? = nil) -> ConnectionPool<ScriptedMembers.Connection> {
        ConnectionPool(configuration: PoolConfiguration(probeAfter: probeAfter), member: members.member)
    }

    /// Allocations of 1,000 runs of `body`, which doesn't suspend and so stays on its thread.
    private func allocations(_ body: () async throws -> Void) async throws -> Int64 {
        for _ in 0..<10 { try await body() }
        let before = allocation_counter_thread_count()
        for _ in 0..<1_000 { try await body() }
        return allocation_counter_thread_count() - before
    }

    @Test(arguments: [nil, .seconds(30)] as [Duration?])
    func `a lease of an unused connection and its return allocate nothing`(probeAfter: Duration?) async throws {
        let pool = makePool(probeAfter: probeAfter)
        try await pool.lease(deadline: nil).release(clean: true)
        let count = try await allocations { try await pool.lease(deadline: nil).release(clean: true) }
        #expect(count <= limit)
        pool.close()
    }

    @Test func `the shared connection allocates nothing once it is open`() async throws {
        let pool = makePool()
        let opened = try await pool.shared(deadline: nil)
        let count = try await allocations {
            guard try await pool.shared(deadline: nil) === opened, pool.sharedIfOpen() === opened else {
                throw CancellationError()
            }
        }
        #expect(count <= limit)
        pool.close()
    }

    @Test func `status and counters allocate nothing`() async throws {
        let pool = makePool()
        try await pool.lease(deadline: nil).dispose()
        let count = try await allocations {
            guard pool.status.waiting == 0, pool.counters.closed[.disposed] == 1 else { throw CancellationError() }
        }
        #expect(count <= limit)
        pool.close()
    }
}
