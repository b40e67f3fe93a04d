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

/// How long the threads of this process were ready to run, and had no processor: Linux counts it for each of them.
struct RunQueueDelays {
    /// Nanoseconds so far, by thread.
    private var former = current()

    /// How long the thread that waited longest has waited since the last call; zero where nobody counts.
    mutating func mostSinceLastCall() -> Duration {
        let now = Self.current()
        defer { former = now }
        let waits = now.map { thread, nanoseconds in nanoseconds - (former[thread] ?? nanoseconds) }
        return .nanoseconds(waits.max() ?? 0)
    }

    private static func current() -> [String: Int] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return threads.reduce(into: [:]) { $0[$1] = nanoseconds(of: $1) }
    }

    /// The second number of `/proc/self/task/…/schedstat` (https://docs.kernel.org/scheduler/sched-stats.html).
    private static func nanoseconds(of thread: String) -> Int? {
        let file = unsafe open("/proc/self/task/\(thread)/schedstat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let text = unsafe String(unsafeUninitializedCapacity: 96) { room in
            unsafe max(0, read(file, room.baseAddress, room.count))
        }
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
