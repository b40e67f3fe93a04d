// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import ToolkitTesting
internal import Transport

/// One proxied connection: a task that drives its two directions.
final class ProxyLink: Sendable {
    /// What others have asked for, and the task sees to.
    private struct Orders {
        var plan: FaultPlan?
        var resets = false
        var closes = false
    }

    private let client: SocketTransport
    private let upstream: Endpoint
    private let plan: FaultPlan
    private let trigger: FaultTrigger?
    private let sought: [[UInt8]]
    private let environment: ProxyEnvironment
    private let tellOfSighting: @Sendable (FaultDirection, [UInt8]) -> Void
    private let orders = Mutex(Orders())
    private let signal = Signal()

    init(
        client: SocketTransport, upstream: Endpoint, plan: FaultPlan, trigger: FaultTrigger?,
        sought: [[UInt8]], environment: ProxyEnvironment,
        whenSeen tellOfSighting: @escaping @Sendable (FaultDirection, [UInt8]) -> Void
    ) {
        self.client = client
        self.upstream = upstream
        self.plan = plan
        self.trigger = trigger
        self.sought = sought
        self.environment = environment
        self.tellOfSighting = tellOfSighting
    }

    /// Starts the task, which ends with the connection.
    func start(whenDone: @escaping @Sendable () -> Void) {
        Task {
            await run()
            client.close()
            whenDone()
        }
    }

    func setPlan(_ plan: FaultPlan) { order { $0.plan = plan } }
    func reset() { order { $0.resets = true } }
    func close() { order { $0.closes = true } }

    private func order(_ change: (inout Orders) -> Void) {
        orders.withLock { change(&$0) }
        signal.raise()
    }

    // MARK: The task

    private func run() async {
        guard let server = await connect() else { return }
        defer { server.close() }
        for side in [client, server] { side.setReadinessHandler { [signal] _ in signal.raise() } }
        var sending = pipe(.sending, from: client, to: server)
        var receiving = pipe(.receiving, from: server, to: client)
        var buffer: [UInt8] = []
        buffer.reserveCapacity(64 * 1024)
        var timer: (at: ContinuousClock.Instant, task: Task<Void, Never>)?
        defer { timer?.task.cancel() }
        while true {
            let now = environment.now()
            let orders = takeOrders()
            if orders.closes { return }
            if let plan = orders.plan { apply(plan, &sending, &receiving, at: now) }
            var needs = [ProxyPipe.Need.nothing]
            repeat {
                needs = [sending.run(at: now, buffer: &buffer), receiving.run(at: now, buffer: &buffer)]
            } while obeyTrigger(&sending, &receiving, at: now)
            if orders.resets || needs.contains(.reset) {
                client.reset()
                server.reset()
                return
            }
            if sending.hasFinished, receiving.hasFinished { return }
            if sending.interest.runsAgain || receiving.interest.runsAgain {
                await Task.yield()
                continue
            }
            arm(sending.interest, from: client, to: server)
            arm(receiving.interest, from: server, to: client)
            let wakeAt = [sending.interest.wakeAt, receiving.interest.wakeAt].compactMap(\.self).min()
            if timer?.at != wakeAt {
                timer?.task.cancel()
                timer = wakeAt.map { ($0, wakeTask(at: $0)) }
            }
            await signal.wait()
            if let at = timer?.at, at <= environment.now() { timer = nil }
        }
    }

    private func pipe(_ direction: FaultDirection, from: SocketTransport, to: SocketTransport) -> ProxyPipe {
        ProxyPipe(
            from: from, to: to, stream: plan.makeStream(direction),
            trigger: trigger?.direction == direction ? trigger : nil, sought: sought,
            whenSeen: { [tellOfSighting] found in tellOfSighting(direction, found) })
    }

    private func apply(
        _ plan: FaultPlan, _ sending: inout ProxyPipe, _ receiving: inout ProxyPipe, at now: ContinuousClock.Instant
    ) {
        sending.setFaults(plan.sending, at: now)
        receiving.setFaults(plan.receiving, at: now)
    }

    /// Whether a pattern was found: then its faults are set, and there is more to move.
    private func obeyTrigger(
        _ sending: inout ProxyPipe, _ receiving: inout ProxyPipe, at now: ContinuousClock.Instant
    ) -> Bool {
        guard sending.wasTriggered || receiving.wasTriggered, let trigger else { return false }
        apply(trigger.plan, &sending, &receiving, at: now)
        sending.resume(at: now)
        receiving.resume(at: now)
        return true
    }

    private func arm(_ interest: ProxyPipe.Interest, from source: SocketTransport, to sink: SocketTransport) {
        if interest.readsSource { source.arm(.readable) }
        if interest.writesSink { sink.arm(.writable) }
    }

    private func wakeTask(at instant: ContinuousClock.Instant) -> Task<Void, Never> {
        Task { [environment, signal] in
            if (try? await environment.sleep(instant)) != nil { signal.raise() }
        }
    }

    private func takeOrders() -> Orders {
        orders.withLock { orders in
            defer { orders = Orders() }
            return orders
        }
    }

    // MARK: Connecting

    /// Nil if there will be no connection to the server.
    private func connect() async -> SocketTransport? {
        switch plan.connecting {
        case .refuse:
            client.reset()
            return nil
        case .hang:
            await hang()
            return nil
        case .delay(let range):
            try? await environment.sleep(environment.now() + range.lowerBound)
        default: break
        }
        do {
            let server = try await SocketConnector().open(upstream)
            return server
        } catch {
            // As the server would: it refuses, and the client learns that nobody is there.
            client.reset()
            return nil
        }
    }

    /// Keeps a connection open that nobody reads, until the client gives it up.
    private func hang() async {
        client.setReadinessHandler { [signal] _ in signal.raise() }
        var buffer: [UInt8] = []
        buffer.reserveCapacity(4096)
        while true {
            let orders = takeOrders()
            if orders.closes { return }
            if orders.resets { return client.reset() }
            var result = ReadResult.endOfStream
            buffer.removeAll(keepingCapacity: true)
            try? buffer.append(addingCapacity: 4096) { output in result = try client.tryRead(into: &output) }
            if result == .endOfStream { return }
            client.arm(.readable)
            await signal.wait()
        }
    }
}
