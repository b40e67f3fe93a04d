// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What this process holds and has used.
struct ProcessMeter: Codable, Sendable {
    /// Open descriptors; nil where /proc doesn't say.
    var descriptors: Int?
    /// Memory in use, in bytes; nil where /proc doesn't say.
    var residentBytes: Int?
    /// Time of all threads, user and system.
    var cpu: Duration

    static func now() -> ProcessMeter {
        var usage = rusage()
        #if canImport(Glibc)
            let wholeProcess = Int32(RUSAGE_SELF.rawValue)
        #else
            let wholeProcess = RUSAGE_SELF
        #endif
        _ = unsafe getrusage(wholeProcess, &usage)
        return ProcessMeter(
            descriptors: (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count,
            residentBytes: resident(), cpu: duration(usage.ru_utime) + duration(usage.ru_stime))
    }

    /// The line `VmRSS:   12345 kB`.
    private static func resident() -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(Int(time.tv_sec)) + .microseconds(Int(time.tv_usec))
    }
}

/// How much of a core this process takes from now on.
struct CoreShare {
    private let start = ContinuousClock.now
    private let cpu = ProcessMeter.now().cpu

    /// 1 is one core all the time.
    func untilNow() -> Double { (ProcessMeter.now().cpu - cpu) / start.duration(to: .now) }
}

/// Takes a variable out of this process's environment, so that its children don't inherit it.
func forgetEnvironmentVariable(_ name: String) { _ = unsafe unsetenv(name) }

/// Sets a variable of this process's environment.
func setEnvironmentVariable(_ name: String, _ value: String) { _ = unsafe setenv(name, value, 1) }

/// Sets how many descriptors this process may have open. Returns how many it was before.
func setDescriptorLimit(_ limit: Int) -> Int {
    var limits = rlimit()
    #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        let resource = RLIMIT_NOFILE
    #endif
    _ = unsafe getrlimit(resource, &limits)
    let former = Int(limits.rlim_cur)
    limits.rlim_cur = rlim_t(limit)
    _ = unsafe setrlimit(resource, &limits)
    return former
}
