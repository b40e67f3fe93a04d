// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Opens TCP and Unix sockets.
///
/// A name is resolved anew at each call. Its addresses are tried as RFC 8305 recommends: IPv6 and IPv4 in turn, the next
/// one as soon as an attempt fails or has not succeeded within ``attemptDelay``; the first that succeeds is taken, and
/// the others are closed. Nothing blocks the calling thread or the cooperative pool.
public struct SocketConnector: TransportConnector {
    /// The loop that the sockets' readiness comes from.
    public var eventLoop: EventLoop
    /// Finds the addresses of names.
    public var resolver: any AddressResolver
    /// How sockets are set up.
    public var options: SocketOptions
    /// How long an attempt has before the next address is tried beside it. RFC 8305 recommends 250 milliseconds, the
    /// default, and no less than 10; zero tries all addresses at once.
    public var attemptDelay = Duration.milliseconds(250)
    /// The longest that a call takes, from the lookup of the name on; `nil` for no limit but the system's, which is two
    /// minutes for each address on Linux. 10 seconds by default: enough for three SYNs to be lost.
    public var timeout: Duration? = .seconds(10)
    /// Returns after a time, or throws `CancellationError` when its task is cancelled: the clock of the two settings above.
    public var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0, clock: .continuous) }

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
    /// - Throws: `TransportError.connectFailed`, `.connectTimedOut`, `.nameNotResolved` or `.invalidEndpoint`;
    ///   `.invalidSetting`; `.system` if the process has no descriptors left; `CancellationError` as soon as the task is
    ///   cancelled. A Unix socket whose queue of connections is full fails at once on Linux, with `EAGAIN`: there is
    ///   nothing to wait for.
    public func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        try await open(endpoint)
    }

    /// The same, typed: a socket has more to offer than the core.
    public func open(_ endpoint: Endpoint) async throws -> SocketTransport {
        try validate()
        guard let timeout else { return try await race(to: endpoint) }
        return try await withThrowingTaskGroup(of: SocketTransport?.self) { group in
            group.addTask { try await race(to: endpoint) }
            group.addTask {
                try await sleep(timeout)
                return nil
            }
            // A socket that comes too late is closed when the group drops it.
            defer { group.cancelAll() }
            guard let transport = try await group.next() ?? nil else { throw TransportError.connectTimedOut(endpoint) }
            return transport
        }
    }

    private func validate() throws(TransportError) {
        try options.validate()
        if attemptDelay < .zero { throw .invalidSetting(.attemptDelay) }
        if let timeout, timeout <= .zero { throw .invalidSetting(.connectTimeout) }
    }

    private func addresses(of endpoint: Endpoint) async throws -> [SocketAddress] {
        switch endpoint {
        case .tcp(let host, let port):
            guard let port = UInt16(exactly: port), !host.isEmpty, !host.utf8.contains(0) else {
                throw TransportError.invalidEndpoint(endpoint)
            }
            if let address = SocketAddress(ip: host, port: port) { return [address] }
            let found = try await resolver.addresses(of: host, port: port)
            if found.isEmpty { throw TransportError.nameNotResolved(host: host, code: nameWithoutAddressCode) }
            return SocketAddress.inOrderOfTrying(found)
        case .unix(let path):
            guard let address = SocketAddress(unixPath: path) else { throw TransportError.invalidEndpoint(endpoint) }
            return [address]
        }
    }
}

// MARK: The race

extension SocketConnector {
    private enum RaceEvent: Sendable {
        case delayPassed(after: Int)
        case failed(Int, ConnectFailure)
        case succeeded(Int, SocketTransport)
    }

    /// Drives a `ConnectionRaceStateMachine`: a child task for each attempt and for each attempt's delay.
    private func race(to endpoint: Endpoint) async throws -> SocketTransport {
        let addresses = try await addresses(of: endpoint)
        var machine = ConnectionRaceStateMachine(attempts: addresses.count)
        return try await withThrowingTaskGroup(of: RaceEvent.self) { group in
            defer { group.cancelAll() }
            var winner: SocketTransport?
            var step = machine.begin()
            while true {
                if let number = step.start {
                    group.addTask { try await attempt(number, addresses[number], isTCP: endpoint.isTCP) }
                    if step.setsTimer {
                        group.addTask {
                            try await sleep(attemptDelay)
                            return .delayPassed(after: number)
                        }
                    }
                }
                switch step.outcome {
                case .won:
                    if let winner { return winner }
                case .failed(.unreachable(let errno)), .failed(.refused(let errno)):
                    throw TransportError.connectFailed(endpoint, errno: errno)
                case .failed(.unable(let error)):
                    throw error
                case nil:
                    break
                }
                switch try await group.next() {
                case .delayPassed(let number): step = machine.delayPassed(after: number)
                case .failed(let number, let failure): step = machine.failed(number, failure)
                case .succeeded(let number, let transport):
                    winner = transport
                    step = machine.succeeded(number)
                case nil: throw CancellationError()
                }
            }
        }
    }

    private func attempt(_ number: Int, _ address: SocketAddress, isTCP: Bool) async throws -> RaceEvent {
        do {
            try Task.checkCancellation()
            return .succeeded(number, try await connect(to: address, isTCP: isTCP))
        } catch let failure as ConnectFailure {
            return .failed(number, failure)
        } catch let error as TransportError {
            return .failed(number, .unable(error))
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

extension Endpoint {
    var isTCP: Bool {
        if case .tcp = self { true } else { false }
    }
}
