// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import AllocationCounting

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One thing that is measured: the same work on the same input whenever it is run.
public struct Workload: Sendable {
    /// What `run` and the harness call it, such as `visit-a`.
    public let name: String
    /// How many elements, commands or bytes one run deals with; figures are per such.
    public let elements: Int
    /// Does the work once, and returns something that depends on all of it.
    public let body: @Sendable () throws -> Int

    /// What one run took.
    public struct Cost: Sendable {
        /// CPU time of the thread, in nanoseconds: what neighbours on the machine do hardly counts.
        public var time: Int
        public var allocations: Int
        /// What the body returned.
        public var result: Int
    }

    /// Runs the body once.
    public func measure() throws -> Cost {
        let allocations = allocation_count()
        let start = Workload.threadTime()
        let result = try body()
        let end = Workload.threadTime()
        return Cost(time: end - start, allocations: Int(allocation_count() - allocations), result: result)
    }

    private static func threadTime() -> Int {
        var now = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return now.tv_sec * 1_000_000_000 + now.tv_nsec
    }
}
