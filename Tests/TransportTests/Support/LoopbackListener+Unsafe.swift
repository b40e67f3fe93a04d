// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing

@testable import Transport

#if canImport(Glibc)
    import Glibc
    private let streamSocket = Int32(SOCK_STREAM.rawValue)
#elseif canImport(Musl)
    import Musl
    private let streamSocket = SOCK_STREAM
#elseif canImport(Darwin)
    import Darwin
    private let streamSocket = SOCK_STREAM
#endif

/// A server's socket, raw: what the transport is tested against.
final class LoopbackListener: Sendable {
    struct SetupFailure: Error {
        var errno: Int32
    }

    let endpoint: Endpoint
    let port: Int
    private let descriptor: Descriptor

    /// Listens on a free port of 127.0.0.1; with no `backlog`, only holds the port, where connects are refused.
    convenience init(backlog: Int32? = 128) throws {
        let address = try #require(SocketAddress(ip: "127.0.0.1", port: 0))
        try self.init(address: address, backlog: backlog, unixPath: nil)
    }

    /// Listens on a Unix socket.
    convenience init(unixPath: String) throws {
        _ = unsafe unlink(unixPath)
        try self.init(address: try #require(SocketAddress(unixPath: unixPath)), backlog: 16, unixPath: unixPath)
    }

    private init(address: SocketAddress, backlog: Int32?, unixPath: String?) throws {
        let descriptor = Descriptor(owning: socket(unixPath == nil ? AF_INET : AF_UNIX, streamSocket, 0))
        self.descriptor = descriptor
        var bytes = address.bytes
        var length = socklen_t(bytes.count)
        try unsafe bytes.withUnsafeMutableBytes { raw in
            let pointer = unsafe raw.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            guard unsafe bind(descriptor.number, pointer, length) == 0 else { throw SetupFailure(errno: errno) }
            if unixPath == nil { unsafe getsockname(descriptor.number, pointer, &length) }
        }
        if let backlog, listen(descriptor.number, backlog) != 0 { throw SetupFailure(errno: errno) }
        port = unixPath == nil ? Int(bytes[2]) << 8 | Int(bytes[3]) : 0
        endpoint = unixPath.map { .unix(path: $0) } ?? .tcp(host: "127.0.0.1", port: port)
    }

    deinit {
        if case .unix(let path) = endpoint { _ = unsafe unlink(path) }
    }

    /// Takes the next connection; only blocks if none was made.
    func accept(eventLoop: EventLoop = .shared) throws -> SocketTransport {
        try SocketTransport(adopting: try acceptDescriptor(), eventLoop: eventLoop)
    }

    /// Blocks until a connection is in the queue. A client may have connected before: it doesn't wait for the last part
    /// of the handshake to be looked at.
    func waitUntilQueued() throws {
        var interest = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&interest, 1, -1) < 0 {
            if errno != EINTR { throw SetupFailure(errno: errno) }
        }
    }

    /// Takes the next connection and breaks it by a reset.
    func acceptAndReset() throws {
        let number = try acceptDescriptor()
        var option = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close(number)
    }

    private func acceptDescriptor() throws -> Int32 {
        let number = acceptConnection(on: descriptor.number)
        if number < 0 { throw SetupFailure(errno: errno) }
        return number
    }
}

/// Named apart from the listener's method.
private func acceptConnection(on descriptor: Int32) -> Int32 {
    accept(descriptor, nil, nil)
}

/// Two connected descriptors of the system's making.
func makeSocketPair() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    guard unsafe socketpair(AF_UNIX, streamSocket, 0, &ends) == 0 else {
        throw LoopbackListener.SetupFailure(errno: errno)
    }
    return (ends[0], ends[1])
}

/// Makes writing to a broken pipe deadly, as it is in a program that didn't prepare.
func restoreDeadlySIGPIPE() {
    _ = signal(SIGPIPE, SIG_DFL)
}

/// What the kernel knows a descriptor's socket by; nil if the number is not open.
func fileIdentity(_ descriptor: Int32) -> UInt64? {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : nil
}

/// How many of this process's descriptors are open, and whether one is the file of that identity.
func openDescriptors(matching identity: UInt64? = nil) -> (count: Int, matches: Int) {
    let open = (0..<Int32(4096)).compactMap(fileIdentity)
    return (open.count, open.count { $0 == identity })
}

/// How many sockets this process has open: of the descriptors, those that only it makes.
func openSocketCount() -> Int {
    (0..<Int32(4096)).count { descriptor in
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }
}

/// Sets how many descriptors this process may have; for processes of a test's own.
func allowDescriptors(_ count: Int) throws {
    #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        let resource = RLIMIT_NOFILE
    #endif
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { throw LoopbackListener.SetupFailure(errno: errno) }
    limit.rlim_cur = rlim_t(count)
    guard unsafe setrlimit(resource, &limit) == 0 else { throw LoopbackListener.SetupFailure(errno: errno) }
}

/// One more descriptor; -1 if there is none.
func duplicateOfStandardInput() -> Int32 { dup(0) }

let systemErrors = (
    refused: ECONNREFUSED, reset: ECONNRESET, missing: ENOENT, badDescriptor: EBADF, addressInUse: EADDRINUSE,
    noDescriptors: EMFILE
)
