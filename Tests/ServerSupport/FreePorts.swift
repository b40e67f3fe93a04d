// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization

/// Hands out ports of the loopback address that nobody listens on.
///
/// They lie below the range that systems take for outgoing connections, and no port is handed out twice by one process.
enum FreePorts {
    private static let next = Mutex(Int.random(in: range))
    private static let range = 12_000..<32_000

    /// A free port.
    static func take() throws -> Int {
        try next.withLock { next in
            for _ in range {
                let port = next
                next = port + 1 < range.upperBound ? port + 1 : range.lowerBound
                if BlockingConnection.isFree(port: port) { return port }
            }
            throw TestServerError.timedOut(waitingFor: "a free port")
        }
    }
}
