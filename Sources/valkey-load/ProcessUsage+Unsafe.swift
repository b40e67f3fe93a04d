// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import AllocationCounter

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What the whole process has used so far, on all threads.
struct ProcessUsage {
    /// User and system time.
    var cpuNanoseconds: Int
    /// Voluntary and involuntary ones.
    var contextSwitches: Int
    /// `nil` where the allocator can't be counted.
    var allocations: Int?

    static func now() -> ProcessUsage {
        var usage = rusage()
        #if canImport(Glibc)
            let wholeProcess = Int32(RUSAGE_SELF.rawValue)
        #else
            let wholeProcess = RUSAGE_SELF
        #endif
        _ = unsafe getrusage(wholeProcess, &usage)
        let counted = allocation_counter_count()
        return ProcessUsage(
            cpuNanoseconds: nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime),
            contextSwitches: Int(usage.ru_nvcsw) + Int(usage.ru_nivcsw),
            allocations: counted < 0 ? nil : Int(counted))
    }

    static func - (end: ProcessUsage, start: ProcessUsage) -> ProcessUsage {
        var allocations: Int?
        if let last = end.allocations, let first = start.allocations { allocations = last - first }
        return ProcessUsage(
            cpuNanoseconds: end.cpuNanoseconds - start.cpuNanoseconds,
            contextSwitches: end.contextSwitches - start.contextSwitches, allocations: allocations)
    }

    private static func nanoseconds(_ time: timeval) -> Int {
        Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_usec) * 1000
    }
}

/// Nanoseconds on the monotonic clock, without the arithmetic on 128 bits that `ContinuousClock` costs per reading.
func monotonicNanoseconds() -> Int {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
}

/// Writes text to the standard error.
func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
