// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A TCP socket on this machine that never waits: just enough for the examples, which are about the codec.
public struct Socket: ~Copyable {
    let descriptor: CInt

    private init(_ descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Listens on a port of 127.0.0.1; 0 lets the system choose.
    public static func listening(onPort port: UInt16) throws(SocketError) -> Socket {
        let socket = try make()
        var yes: CInt = 1
        _ = unsafe setsockopt(
            socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        let status = unsafe withAddress(port) { unsafe bind(socket.descriptor, $0, $1) }
        guard status == 0, listen(socket.descriptor, 128) == 0 else {
            throw SocketError("cannot listen on port \(port)")
        }
        return socket
    }

    /// Connects to a port of 127.0.0.1.
    public static func connected(toPort port: UInt16) throws(SocketError) -> Socket {
        let socket = try make()
        let status = unsafe withAddress(port) { unsafe connect(socket.descriptor, $0, $1) }
        guard status == 0 else { throw SocketError("cannot connect to port \(port)") }
        socket.setUp()
        return socket
    }

    /// The next connection that somebody has made; nil if there is none.
    public func accepted() -> Socket? {
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        let socket = Socket(accepted)
        socket.setUp()
        return socket
    }

    /// The port that this is bound to.
    public var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = unsafe bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            guard unsafe getsockname(descriptor, pointer, &size) == 0 else { return 0 }
            return unsafe UInt16(bigEndian: bytes.load(as: sockaddr_in.self).sin_port)
        }
    }

    /// Appends what has been received to `output`.
    ///
    /// - Returns: false if nothing will come any more.
    public func receive(into output: inout OutputSpan<UInt8>) -> Bool {
        unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
            let start = unsafe buffer.baseAddress.map { unsafe $0 + initialized }
            let count = unsafe recv(descriptor, start, buffer.count - initialized, 0)
            initialized += max(0, count)
            return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
        }
    }

    /// Sends as much of `bytes` as there is room for.
    ///
    /// - Returns: how many bytes that was; nil if the peer is gone.
    public func send(_ bytes: Span<UInt8>) -> Int? {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            #if canImport(Darwin)
                let count = unsafe Darwin.send(descriptor, buffer.baseAddress, buffer.count, 0)
            #elseif canImport(Musl)
                let count = unsafe Musl.send(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_NOSIGNAL))
            #else
                let count = unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_NOSIGNAL))
            #endif
            return count >= 0 ? count : errno == EAGAIN || errno == EINTR ? 0 : nil
        }
    }

    /// Tells the peer that nothing more will be sent.
    public func finishSending() { _ = shutdown(descriptor, CInt(SHUT_WR)) }

    private static func make() throws(SocketError) -> Socket {
        #if canImport(Glibc)
            let type = CInt(SOCK_STREAM.rawValue)
        #else
            let type = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw SocketError("cannot make a socket") }
        return Socket(descriptor)
    }

    private func setUp() {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var yes: CInt = 1
        _ = unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
    }

    private static func withAddress<R>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }
}

/// Why a socket could not be had.
public struct SocketError: Error {
    /// What was tried, and what the system said.
    public let message: String

    init(_ message: String) { self.message = unsafe "\(message): \(String(cString: strerror(errno)))" }
}
