// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
package import ToolkitTesting
package import Transport

/// A TCP proxy on the loopback interface on which things go wrong as they are told to, now and from now on.
///
/// What goes wrong is a `FaultPlan` of ToolkitTesting, seen from the client's side: `sending` are the bytes to the
/// server, `receiving` those of its replies. Each connection has streams and seeds of its own, so that a run with the
/// same seed does the same to the same bytes. Meant for fault scenarios, where real time passes; tests of one process
/// use `FaultInjectingTransport` and a manual clock instead.
package final class FaultProxy: Sendable {
    /// What a new connection meets, by its number, counted from 0.
    package typealias Plans = @Sendable (_ connection: Int) -> FaultPlan

    struct State {
        var plans: Plans
        var trigger: FaultTrigger?
        var listener: SocketListener?
        var acceptor: Task<Void, Never>?
        var links: [Int: ProxyLink] = [:]
        var accepted: [ContinuousClock.Instant] = []
        var sightings: Set<Sighting> = []
        var isClosed = false
    }

    /// Where clients connect to: a port of 127.0.0.1.
    package let endpoint: Endpoint
    let upstream: Endpoint
    let environment: ProxyEnvironment
    let state: Mutex<State>
    private let sought: [[UInt8]]

    /// Listens on a free port. Nothing goes wrong before somebody says so.
    ///
    /// - Parameters:
    ///   - upstream: the server that connections are passed on to.
    ///   - sought: what ``sightings`` tells of, such as a password that must not cross in the clear.
    package init(
        to upstream: Endpoint, seeking sought: [String] = [], environment: ProxyEnvironment = ProxyEnvironment()
    ) throws {
        self.upstream = upstream
        self.sought = sought.map { Array($0.utf8) }
        self.environment = environment
        let listener = try Self.listenBelowEphemeralPorts()
        endpoint = listener.endpoint
        state = Mutex(State(plans: { _ in FaultPlan() }, listener: listener))
        startAccepting(from: listener)
    }

    deinit { close() }

    /// Ends everything. Calling it again does nothing.
    package func close() {
        let (listener, acceptor, links) = state.withLock { state in
            state.isClosed = true
            defer { (state.listener, state.acceptor, state.links) = (nil, nil, [:]) }
            return (state.listener, state.acceptor, state.links)
        }
        listener?.close()
        acceptor?.cancel()
        for link in links.values { link.close() }
    }

    // MARK: What goes wrong

    /// Sets what goes wrong on all connections from here on, those that are open included.
    package func setPlan(_ plan: FaultPlan) {
        setPlans { connection in
            var own = plan
            own.seed &+= UInt64(connection)
            return own
        }
    }

    /// The same, with a plan for each connection.
    ///
    /// - Parameter includingOpen: whether it holds for the open connections, too.
    package func setPlans(includingOpen: Bool = true, _ plans: @escaping Plans) {
        let links = state.withLock { state in
            state.plans = plans
            state.trigger = nil
            return includingOpen ? state.links : [:]
        }
        for (number, link) in links { link.setPlan(plans(number)) }
    }

    /// Makes everything right again: what was held back arrives, late.
    package func heal() { setPlan(FaultPlan()) }

    /// Waits for bytes, on connections made from here on; see ``FaultTrigger``.
    package func setTrigger(_ trigger: FaultTrigger) { state.withLock { $0.trigger = trigger } }

    /// Resets every open connection, on both sides.
    package func resetAll() { for link in openLinks { link.reset() } }

    /// Ends the server's direction of every open connection, behind what it has sent: the client may still write.
    package func finishReplies() { for link in openLinks { link.setPlan(FaultPlan(receiving: [.finish(.now)])) } }

    /// Stops or starts listening; while it is off, connects are refused. Open connections live on.
    ///
    /// - Throws: `TransportError` if the port can't be had again.
    package func setListening(_ isOn: Bool) throws {
        guard isOn else {
            let (listener, acceptor) = state.withLock { state in
                defer { (state.listener, state.acceptor) = (nil, nil) }
                return (state.listener, state.acceptor)
            }
            listener?.close()
            acceptor?.cancel()
            return
        }
        guard state.withLock({ $0.listener == nil && !$0.isClosed }) else { return }
        let listener = try SocketListener(on: endpoint)
        state.withLock { $0.listener = listener }
        startAccepting(from: listener)
    }

    // MARK: What is seen

    /// When connections were accepted so far.
    package var accepted: [ContinuousClock.Instant] { state.withLock { $0.accepted } }
    /// Connections that are open now.
    package var openConnections: Int { state.withLock { $0.links.count } }
    /// What was sought and has come to this proxy, whether or not it was passed on.
    package var sightings: Set<Sighting> { state.withLock { $0.sightings } }

    /// Something that was sought has come.
    package struct Sighting: Hashable, Sendable {
        /// The connection's number.
        package var connection: Int
        /// Which way, seen from the client.
        package var direction: FaultDirection
        /// What was sought.
        package var text: String
    }

    private var openLinks: [ProxyLink] { state.withLock { Array($0.links.values) } }

    // MARK: Accepting

    /// Ports above are given to outgoing connections: while the listener is off, one of these could take the port.
    private static func listenBelowEphemeralPorts() throws -> SocketListener {
        var failure: (any Error)?
        for _ in 0..<64 {
            do {
                return try SocketListener(on: .tcp(host: "127.0.0.1", port: .random(in: 12_000..<32_000)))
            } catch {
                failure = error
            }
        }
        throw failure ?? TransportError.closed
    }

    private func startAccepting(from listener: SocketListener) {
        let task = Task { [weak self] in
            while let transport = try? await listener.accept() {
                guard let self else { return transport.close() }
                take(transport)
            }
        }
        state.withLock { $0.acceptor = task }
    }

    private func take(_ client: SocketTransport) {
        let now = environment.now()
        let link: ProxyLink? = state.withLock { state in
            guard !state.isClosed else { return nil }
            let number = state.accepted.count
            state.accepted.append(now)
            let link = ProxyLink(
                client: client, upstream: upstream, plan: state.plans(number), trigger: state.trigger,
                sought: sought, environment: environment
            ) { [weak self] direction, found in
                let text = String(decoding: found, as: UTF8.self)
                let sighting = Sighting(connection: number, direction: direction, text: text)
                self?.state.withLock { _ = $0.sightings.insert(sighting) }
            }
            state.links[number] = link
            link.start { [weak self] in self?.state.withLock { _ = $0.links.removeValue(forKey: number) } }
            return link
        }
        if link == nil { client.close() }
    }
}

/// What the proxy takes from outside.
package struct ProxyEnvironment: Sendable {
    /// The present moment.
    package var now: @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    /// Returns at a moment, or throws when its task is cancelled.
    package var sleep: @Sendable (ContinuousClock.Instant) async throws -> Void = {
        try await Task.sleep(until: $0, tolerance: .zero, clock: .continuous)
    }

    /// The real ones.
    package init() {}
}
