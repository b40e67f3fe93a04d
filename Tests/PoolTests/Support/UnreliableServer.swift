// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool
internal import Synchronization

@testable internal import Transport

/// Greets a connection with one byte, or hangs up before or after; the seed says which.
final class UnreliableServer: Sendable {
    private struct State {
        var random: SplitMix64
        var accepted: [SocketTransport] = []
    }

    private let listener: SocketListener
    private let state: Mutex<State>
    private let accepting: Mutex<Task<Void, Never>?>

    static let greeting: [UInt8] = [0x2B]

    init(seed: UInt64, _ census: Census) throws {
        let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
        self.listener = listener
        state = Mutex(State(random: SplitMix64(seed: seed)))
        accepting = Mutex(nil)
        let task = Task { [weak self] in
            while let transport = try? await listener.accept() {
                census.register(transport)
                self?.greet(transport)
            }
        }
        accepting.withLock { $0 = task }
    }

    var endpoint: Endpoint { listener.endpoint }

    func close() async {
        listener.close()
        await accepting.withLock { $0 }?.value
        let accepted = state.withLock { state in
            defer { state.accepted = [] }
            return state.accepted
        }
        for transport in accepted { transport.close() }
    }

    private func greet(_ transport: SocketTransport) {
        let (isGreeted, victim): (Bool, SocketTransport?) = state.withLock { state in
            let draw = state.random.below(8)
            if draw == 0 { return (false, nil) }
            state.accepted.append(transport)
            // Somebody else's connection ends.
            return (true, draw == 1 ? state.accepted.removeFirst() : nil)
        }
        if isGreeted { _ = try? transport.tryWrite(Self.greeting.span) } else { transport.close() }
        victim?.close()
    }
}

/// A connection that was greeted.
final class PooledSocket: Sendable {
    private let stream: ReadinessTransportAdapter
    private let census: Census
    private let holders = Atomic(0)

    private init(_ stream: ReadinessTransportAdapter, _ census: Census) {
        self.stream = stream
        self.census = census
        census.count(1)
    }

    deinit { census.count(-1) }

    static func member(of server: UnreliableServer, _ census: Census) -> PoolMember<PooledSocket> {
        PoolMember(
            open: { _ in
                // Some find nobody there.
                let isRefused = census.dial() % 8 == 0
                let transport = try await SocketConnector().open(
                    isRefused ? .unix(path: "/nobody/listens/here") : server.endpoint)
                census.register(transport)
                let stream = ReadinessTransportAdapter(transport)
                do {
                    guard try await stream.read(atMost: 1) == UnreliableServer.greeting else { throw HungUp() }
                } catch {
                    stream.close()
                    throw error
                }
                return PooledSocket(stream, census)
            },
            reset: { connection in
                await Task.yield()
                return connection.isUnused
            },
            close: { $0.close() })
    }

    func close() { stream.close() }

    /// Whether nobody else has it.
    func enter() -> Bool { holders.add(1, ordering: .acquiringAndReleasing).newValue == 1 }
    func leave() { holders.subtract(1, ordering: .acquiringAndReleasing) }

    private var isUnused: Bool { holders.load(ordering: .acquiring) == 0 }

    private struct HungUp: Error {}
}

/// What there is of connections and descriptors.
final class Census: Sendable {
    private let living = Atomic(0)
    private let dials = Atomic(0)
    private let sockets = Mutex<Set<UInt64>>([])

    /// Connections that exist.
    var alive: Int { living.load(ordering: .acquiring) }

    /// Descriptors of this process that are among the registered sockets. No other test's are counted.
    var descriptors: Int {
        let known = sockets.withLock { $0 }
        return openSockets().count { known.contains($0) }
    }

    /// Sockets that were ever registered.
    var registered: Int { sockets.withLock { $0.count } }

    func register(_ transport: SocketTransport) {
        let number = fileNumber(ofDescriptor: transport.descriptor.number)
        if let number { sockets.withLock { _ = $0.insert(number) } }
    }

    func count(_ difference: Int) { living.add(difference, ordering: .acquiringAndReleasing) }
    func dial() -> Int { dials.add(1, ordering: .relaxed).newValue }
}
