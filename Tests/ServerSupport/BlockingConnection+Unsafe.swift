// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation

/// The system calls behind `BlockingConnection`, and those that need an address.
extension BlockingConnection {
    /// A connected socket, with a limit of ten seconds for each call.
    static func connect(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, streamSocket, 0)
        guard descriptor >= 0 else { throw TestServerError.system(operation: "socket", errno: errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        let status = unsafe withLoopbackAddress(port: port) { unsafe Foundation.connect(descriptor, $0, $1) }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw TestServerError.system(operation: "connect to port \(port)", errno: code)
        }
        return descriptor
    }

    /// Whether a server could listen on a port of the loopback address.
    static func isFree(port: Int) -> Bool {
        let descriptor = socket(AF_INET, streamSocket, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return unsafe withLoopbackAddress(port: port) { unsafe bind(descriptor, $0, $1) } == 0
    }

    /// Sends all bytes.
    static func sendAll(_ bytes: Span<UInt8>, to descriptor: Int32) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.extracting(sent...).withUnsafeBytes {
                #if canImport(Darwin)
                    unsafe send(descriptor, $0.baseAddress, $0.count, 0)
                #else
                    unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                #endif
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw TestServerError.system(operation: "send", errno: errno) }
            sent += count
        }
    }

    /// Receives what is there, waiting for the first byte; nothing at the end of the stream.
    static func receive(from descriptor: Int32) throws -> [UInt8] {
        var count = 0
        let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, initialized in
            repeat {
                unsafe count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            } while count < 0 && errno == EINTR
            guard count >= 0 else { throw TestServerError.system(operation: "recv", errno: errno) }
            initialized = count
        }
        return bytes
    }

    private static func withLoopbackAddress<Result>(
        port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return unsafe withUnsafeBytes(of: &address) {
            unsafe body(
                $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
