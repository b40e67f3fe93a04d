// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation
import Synchronization

/// A process started by the tests: signalled and reaped by its id, and killed whatever happens to the tests' own process.
final class ChildProcess: Sendable {
    /// The process id until the process has been reaped.
    private let running: Mutex<pid_t?>

    /// Starts the program at `path`; its output goes to the end of the file `output`.
    ///
    /// - Throws: `TestServerError.system`.
    init(path: String, arguments: [String], output: String) throws {
        let pid = try Self.spawn(path: path, arguments: arguments, output: output)
        running = Mutex(pid)
        ProcessGuard.shared.add(pid)
    }

    deinit { killAndReap() }

    /// The process's id, or nil when it has ended and been reaped.
    var id: pid_t? { running.withLock { $0 } }

    /// Whether the process has not ended yet. Reaps it if it has.
    var isRunning: Bool { running.withLock { Self.reap(&$0, blocking: false) } }

    /// Sends a signal, unless the process has been reaped.
    func signal(_ number: Int32) {
        running.withLock { pid in
            if let pid { _ = kill(pid, number) }
        }
    }

    /// Kills the process and reaps it. No process is left when this returns.
    func killAndReap() {
        running.withLock { pid in
            guard let child = pid else { return }
            _ = kill(child, SIGKILL)
            _ = Self.reap(&pid, blocking: true)
        }
    }

    /// Sets `pid` to nil if the process has ended. Returns whether it still runs.
    private static func reap(_ pid: inout pid_t?, blocking: Bool) -> Bool {
        guard let child = pid else { return false }
        guard hasEnded(child, blocking: blocking) else { return true }
        ProcessGuard.shared.remove(child)
        pid = nil
        return false
    }
}
