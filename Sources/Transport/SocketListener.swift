// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// A listening socket: takes connections over TCP or a Unix socket as ``SocketTransport``s.
///
/// For servers, proxies and tests. It listens from when it is made until ``close()`` or until it is dropped:
///
/// ```swift
/// let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
/// let transport = try await listener.accept()
/// ```
///
/// A process without free descriptors can't take a connection, and leaving it in the queue would report it as ready
/// again and again. The listener keeps one descriptor in reserve for this: it takes such a connection, hangs up on it,
/// and counts it in ``refusedConnections``.
public final class SocketListener: Sendable {
    private struct State {
        /// `nil` after `close()`, so that the descriptor goes with the last who works with it.
        var socket: (descriptor: Descriptor, registration: EventRegistration)?
        var waiters: [OneShot<Void>] = []
        var spare: Descriptor?
        var refused = 0
    }

    /// Where it listens; for TCP with the port that it got.
    public let endpoint: Endpoint
    private let eventLoop: EventLoop
    private let options: SocketOptions
    private let acceptCall: @Sendable (Int32) -> Int32
    /// The file of a Unix socket, which is removed at the end unless another has taken its place.
    private let file: (path: String, identity: [UInt64])?
    private let state: Mutex<State>

    /// Binds a socket and listens.
    ///
    /// - Parameters:
    ///   - endpoint: a numeric IPv4 or IPv6 address with a port, 0 for any free one; or the path of a Unix socket, at
    ///     which there must be nothing.
    ///   - backlog: connections that the system keeps until they are accepted; it may round it.
    ///   - options: for the accepted TCP sockets.
    ///   - eventLoop: whose thread tells of new connections; the accepted transports use it too.
    /// - Throws: `TransportError.invalidEndpoint`; `.system` with the operation `listen`, as for an address or a path in
    ///   use (`EADDRINUSE`), or with `open`, `configure` or `watch`.
    public convenience init(
        on endpoint: Endpoint, backlog: Int = 128, options: SocketOptions = SocketOptions(),
        eventLoop: EventLoop = .shared
    ) throws(TransportError) {
        try self.init(
            on: endpoint, backlog: backlog, options: options, eventLoop: eventLoop, acceptCall: acceptDescriptor)
    }

    /// - Parameter acceptCall: gives the descriptor of the next connection, or a negative errno.
    init(
        on endpoint: Endpoint, backlog: Int = 128, options: SocketOptions = SocketOptions(),
        eventLoop: EventLoop = .shared, acceptCall: @escaping @Sendable (Int32) -> Int32
    ) throws(TransportError) {
        self.eventLoop = eventLoop
        self.options = options
        self.acceptCall = acceptCall
        let address = try Self.address(of: endpoint)
        let descriptor = try openListeningSocket(for: address)
        try startListening(descriptor, on: address, backlog: Int32(clamping: max(backlog, 0)))
        switch endpoint {
        case .tcp(let host, _):
            self.endpoint = .tcp(host: host, port: try localPort(of: descriptor))
            file = nil
        case .unix(let path):
            self.endpoint = endpoint
            file = fileIdentity(ofPath: path).map { (path, $0) }
        }
        do throws(TransportError) {
            let registration = try eventLoop.core.register(descriptor)
            state = Mutex(State(socket: (descriptor, registration), spare: openSpareDescriptor()))
            registration.setHandler { [weak self] _ in self?.wakeWaiters() }
        } catch {
            if let file { removeFile(file.path) }
            throw error
        }
    }

    deinit {
        close()
    }

    /// Connections that were hung up on because the process had no descriptor for them.
    public var refusedConnections: Int { state.withLock { $0.refused } }

    /// Calls of `accept()` that wait.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Waits for a connection and takes it. Several tasks may wait; each gets its own.
    ///
    /// - Throws: `TransportError.closed` after `close()`; `CancellationError` as soon as the task is cancelled; `.system`
    ///   with the operation `accept` if even the reserved descriptor was lost to others: wait before you call again;
    ///   `.system` with another operation if one connection could not be set up. All but `closed` leave it listening.
    public func accept() async throws -> SocketTransport {
        while true {
            try Task.checkCancellation()
            if let descriptor = try takeConnection() {
                if endpoint.isTCP { try configure(descriptor, options) }
                return try SocketTransport(descriptor, eventLoop: eventLoop)
            }
            try await waitForConnection()
        }
    }

    /// Stops listening: connects are refused, the path of a Unix socket is free, waiting calls end. Connections that
    /// were accepted live on. May be called several times.
    public func close() {
        let (socket, waiters) = state.withLock { state in
            let former = (state.socket.take(), state.waiters)
            state.waiters = []
            state.spare = nil
            return former
        }
        guard let socket else { return }
        socket.registration.close()
        // Ends the listening now, even if a thread is inside a call with the descriptor.
        shutDown(socket.descriptor, bothDirections: true)
        if let file, fileIdentity(ofPath: file.path) == file.identity { removeFile(file.path) }
        for waiter in waiters { waiter.complete(.failure(TransportError.closed)) }
    }

    // MARK: Parts

    private static func address(of endpoint: Endpoint) throws(TransportError) -> SocketAddress {
        let address: SocketAddress? =
            switch endpoint {
            case .tcp(let host, let port): UInt16(exactly: port).flatMap { SocketAddress(ip: host, port: $0) }
            case .unix(let path): SocketAddress(unixPath: path)
            }
        guard let address else { throw .invalidEndpoint(endpoint) }
        return address
    }

    /// The next connection, or `nil` if there is none now.
    private func takeConnection() throws(TransportError) -> Descriptor? {
        try state.withLock { state throws(TransportError) in
            while true {
                guard let socket = state.socket else { throw .closed }
                if state.spare == nil { state.spare = openSpareDescriptor() }
                let result = acceptCall(socket.descriptor.number)
                if result >= 0 {
                    let descriptor = Descriptor(owning: result)
                    guard isReserved(result) else { return descriptor }
                    state.refused += 1
                    continue
                }
                if -result == wouldBlockCode { return nil }
                // With the reserve gone too there is nothing left to do but to say so.
                guard isExhaustion(-result), state.spare != nil else {
                    throw .system(errno: -result, operation: .accept)
                }
                state.spare = nil
                let refused = acceptCall(socket.descriptor.number)
                if refused >= 0 {
                    closeDescriptor(refused)
                    state.refused += 1
                }
                state.spare = openSpareDescriptor()
            }
        }
    }

    private func waitForConnection() async throws {
        let waiter = OneShot<Void>()
        let registration = state.withLock { state in
            if state.socket != nil { state.waiters.append(waiter) }
            return state.socket?.registration
        }
        guard let registration else { throw TransportError.closed }
        registration.arm(.readable)
        do {
            try await waiter.value()
        } catch {
            state.withLock { state in state.waiters.removeAll { $0 === waiter } }
            throw error
        }
    }

    /// All of them: whoever comes too late waits again.
    private func wakeWaiters() {
        let waiters = state.withLock { state in
            let waiters = state.waiters
            state.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.complete(.success(())) }
    }
}
