// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation

/// The system calls behind `ProcessGuard`.
extension ProcessGuard {
    /// Two connected sockets that no child inherits, or nil.
    static func socketPair() -> (Int32, Int32)? {
        var descriptors: [Int32] = [-1, -1]
        guard unsafe socketpair(AF_UNIX, streamSocket, 0, &descriptors) == 0 else { return nil }
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return (descriptors[0], descriptors[1])
    }

    /// Sends a short line; a shell that is gone is no error here.
    static func send(_ line: String, to descriptor: Int32) {
        #if canImport(Darwin)
            let flags: Int32 = 0
        #else
            let flags = Int32(MSG_NOSIGNAL)
        #endif
        let bytes = Array(line.utf8)
        _ = unsafe Foundation.send(descriptor, bytes, bytes.count, flags)
    }
}

/// `SOCK_STREAM` in the type that `socket` takes.
var streamSocket: Int32 {
    #if canImport(Glibc)
        Int32(SOCK_STREAM.rawValue)
    #else
        SOCK_STREAM
    #endif
}
