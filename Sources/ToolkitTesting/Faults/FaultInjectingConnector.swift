// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
public import Transport

/// Connects as another connector does, and gives each connection a plan of what goes wrong on it.
///
/// ```swift
/// let connector = FaultInjectingConnector(SocketConnector(), .both(seed: 7, [.split(into: 1...3)]))
/// // Hand it to the client under test; print(connector) when the test fails.
/// ```
///
/// Attempts to connect are numbered from 0 in the order in which they begin, failed ones included.
public final class FaultInjectingConnector: TransportConnector {
    private struct Attempt {
        /// What is known of it when its transport is gone.
        var description = "not connected"
        weak var transport: FaultInjectingTransport?
    }

    private let base: any TransportConnector
    private let options: FaultInjectingTransport.Options
    private let plan: @Sendable (_ number: Int, _ endpoint: Endpoint) -> FaultPlan
    private let attempts = Mutex<[Attempt]>([])

    /// Makes a connector that asks for the plan of each attempt.
    public init(
        _ base: any TransportConnector, options: FaultInjectingTransport.Options = .init(),
        plan: @escaping @Sendable (_ number: Int, _ endpoint: Endpoint) -> FaultPlan
    ) {
        self.base = base
        self.options = options
        self.plan = plan
    }

    /// Makes a connector whose connections have the same faults, each by a seed of its own that follows from the plan's
    /// and the connection's number.
    public convenience init(
        _ base: any TransportConnector, _ plan: FaultPlan, options: FaultInjectingTransport.Options = .init()
    ) {
        self.init(base, options: options) { number, _ in
            var generator = SeededGenerator(seed: plan.seed).derived(number)
            var own = plan
            own.seed = generator.next()
            return own
        }
    }

    /// Connects by the other connector, after what the plan does to the attempt.
    ///
    /// - Throws: what the other connector throws; `TransportError.connectFailed` with `ECONNREFUSED` where the plan refuses;
    ///   `CancellationError`.
    public func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        let number = attempts.withLock { attempts in
            attempts.append(Attempt())
            return attempts.count - 1
        }
        let plan = plan(number, endpoint)
        switch plan.connecting {
        case .refuse: throw TransportError.connectionRefused(endpoint)
        case .hang: try await Gate().wait()
        case .delay(let range):
            var generator = SeededGenerator(seed: plan.seed)
            try await options.sleep(options.now() + generator.next(in: range).bounded)
        case nil: break
        }
        let transport = FaultInjectingTransport(
            try await base.connect(to: endpoint), plan: plan, options: options,
            keepDescription: { [weak self] description in self?.keep(description, of: number) })
        attempts.withLock { $0[number].transport = transport }
        return transport
    }

    /// Attempts to connect so far.
    public var attemptCount: Int { attempts.withLock { $0.count } }

    /// The transport that an attempt has made, as long as somebody keeps it.
    public func transport(_ number: Int) -> FaultInjectingTransport? {
        attempts.withLock { $0.indices.contains(number) ? $0[number].transport : nil }
    }

    /// Changes what goes wrong on all connections that there are. Later ones have their own plans.
    public func setFaults(_ faults: [Fault], for direction: FaultDirection? = nil) {
        let transports = attempts.withLock { $0.compactMap(\.transport) }
        for transport in transports { transport.setFaults(faults, for: direction) }
    }
}

extension FaultInjectingConnector: CustomStringConvertible {
    /// What was done on each connection, at most the last hundred of them.
    public var description: String {
        let known = attempts.withLock { attempts in
            attempts.enumerated().suffix(Self.kept).map { ($0.offset, $0.element.transport, $0.element.description) }
        }
        return known.map { "connection \($0.0): " + ($0.1?.description ?? $0.2) }.joined(separator: "\n")
    }

    private static var kept: Int { 100 }

    private func keep(_ description: String, of number: Int) {
        attempts.withLock { attempts in
            attempts[number].description = description
            if number >= Self.kept { attempts[number - Self.kept].description = "closed" }
        }
    }
}
