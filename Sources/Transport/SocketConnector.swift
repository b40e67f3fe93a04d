// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Opens TCP and Unix sockets.
///
/// A name is resolved anew at each call and its addresses are tried in the resolver's order, one after the other.
/// Nothing blocks the calling thread or the cooperative pool.
public struct SocketConnector: TransportConnector {
    /// The loop that the sockets' readiness comes from.
    public var eventLoop: EventLoop
    /// Finds the addresses of names.
    public var resolver: any AddressResolver
    /// How sockets are set up.
    public var options: SocketOptions

    /// Makes a connector. Opens nothing.
    public init(
        eventLoop: EventLoop = .shared, resolver: any AddressResolver = SystemAddressResolver(),
        options: SocketOptions = SocketOptions()
    ) {
        self.eventLoop = eventLoop
        self.resolver = resolver
        self.options = options
    }

    /// Opens a socket to an endpoint.
    ///
    /// - Throws: `TransportError.connectFailed`, `.nameNotResolved` or `.invalidEndpoint`; `.system` if the process has
    ///   no descriptors left; `CancellationError` as soon as the task is cancelled. A Unix socket whose queue of
    ///   connections is full fails at once on Linux, with `EAGAIN`: there is nothing to wait for.
    public func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        try await open(endpoint)
    }

    /// The same, typed: a socket has more to offer than the core.
    public func open(_ endpoint: Endpoint) async throws -> SocketTransport {
        var reported: Int32?
        for address in try await addresses(of: endpoint) {
            try Task.checkCancellation()
            do {
                return try await connect(to: address, isTCP: endpoint.isTCP)
            } catch let error as ConnectRefusal {
                if reported.map({ isUnreachable($0) }) ?? true || !isUnreachable(error.errno) { reported = error.errno }
            }
        }
        guard let reported else {
            guard case .tcp(let host, _) = endpoint else { throw TransportError.invalidEndpoint(endpoint) }
            throw TransportError.nameNotResolved(host: host, code: nameWithoutAddressCode)
        }
        throw TransportError.connectFailed(endpoint, errno: reported)
    }

    private func addresses(of endpoint: Endpoint) async throws -> [SocketAddress] {
        switch endpoint {
        case .tcp(let host, let port):
            guard let port = UInt16(exactly: port), !host.isEmpty, !host.utf8.contains(0) else {
                throw TransportError.invalidEndpoint(endpoint)
            }
            if let address = SocketAddress(ip: host, port: port) { return [address] }
            return try await resolver.addresses(of: host, port: port)
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else { throw TransportError.invalidEndpoint(endpoint) }
            return [address]
        }
    }

    /// One attempt. Whatever ends it, the socket is closed unless it is returned.
    private func connect(to address: SocketAddress, isTCP: Bool) async throws -> SocketTransport {
        let descriptor = try openSocket(for: address)
        if isTCP { try configure(descriptor, options) }
        let isConnected = try startConnecting(descriptor, to: address)
        let transport = try SocketTransport(descriptor, eventLoop: eventLoop)
        if isConnected { return transport }

        let outcome = OneShot<Void>()
        transport.registration.setHandler { _ in outcome.complete(.success(())) }
        transport.arm(.writable)
        do {
            try await outcome.value()
            try finishConnecting(descriptor)
        } catch {
            transport.close()
            throw error
        }
        return transport
    }
}

/// Why one address was not to be connected to; others may do.
struct ConnectRefusal: Error {
    var errno: Int32
}

extension Endpoint {
    var isTCP: Bool {
        if case .tcp = self { true } else { false }
    }
}
