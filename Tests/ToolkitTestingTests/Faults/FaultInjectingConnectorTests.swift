// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(1))) struct FaultInjectingConnectorTests {
    private let server = ScriptedServer { _ in .ok }
    private let endpoint = Endpoint.tcp(host: "scripted", port: 1)

    @Test func `each attempt has its number and its plan`() async throws {
        let connector = FaultInjectingConnector(server.connector) { number, endpoint in
            #expect(endpoint == .tcp(host: "scripted", port: 1))
            return FaultPlan(seed: UInt64(number), receiving: number == 1 ? [.reset(.after(3))] : [])
        }
        for number in 0..<3 {
            let client = TransportStream(try await connector.connect(to: endpoint))
            try await client.write("PING\r\n")
            let reply = try? await client.read(exactly: 5)
            #expect(reply?.count == (number == 1 ? nil : 5))
            #expect(connector.transport(number)?.plan.seed == UInt64(number))
        }
        #expect(connector.attemptCount == 3)
    }

    @Test func `connections of one plan go wrong in ways of their own, the same at each run`() async throws {
        func seeds() async throws -> [UInt64?] {
            let connector = FaultInjectingConnector(server.connector, .both(seed: 5, [.corrupt(.probability(0.5))]))
            var kept: [any ReadinessTransport] = []
            for _ in 0..<3 { kept.append(try await connector.connect(to: endpoint)) }
            return kept.map { ($0 as? FaultInjectingTransport)?.plan.seed }
        }
        let first = try await seeds()
        #expect(Set(first).count == 3)
        #expect(try await seeds() == first)
    }

    @Test func `attempts are refused, hang, or begin late`() async throws {
        let clock = ManualClock()
        let faults: [ConnectFault?] = [.refuse, .hang, .delay(.seconds(2) ... .seconds(2)), nil]
        let connector = FaultInjectingConnector(server.connector, options: .init(clock: clock)) { number, _ in
            FaultPlan(connecting: faults[number])
        }
        await #expect(throws: TransportError.connectionRefused(endpoint)) { try await connector.connect(to: endpoint) }
        let hanging = Task { try await connector.connect(to: endpoint) }
        while connector.attemptCount < 2 { await Task.yield() }
        hanging.cancel()
        await #expect(throws: CancellationError.self) { try await hanging.value }
        async let late = connector.connect(to: endpoint)
        try await clock.waitForSleeper(until: clock.now + .seconds(2))
        #expect(server.connectionCount == 0)
        clock.advance(by: .seconds(2))
        try await late.close()
        try await connector.connect(to: endpoint).close()
        #expect(server.connectionCount == 2)
    }

    @Test func `it tells of connections that are gone`() async throws {
        let connector = FaultInjectingConnector(server.connector) { number, _ in
            FaultPlan(
                seed: 3, receiving: [.insert(.after(2), [0])], connecting: number == 1 ? .refuse : nil)
        }
        do {
            let client = TransportStream(try await connector.connect(to: endpoint))
            try await client.write("PING\r\n")
            _ = try await client.read(exactly: 6)
            client.close()
        }
        _ = try? await connector.connect(to: endpoint)
        #expect(connector.transport(0) == nil)
        #expect(
            "\(connector)" == """
                connection 0: faults by seed 3
                  receiving at 2: inserted(1)
                connection 1: not connected
                """)
    }

    @Test func `faults are changed on all connections that there are`() async throws {
        let connector = FaultInjectingConnector(server.connector, FaultPlan())
        let clients = [
            TransportStream(try await connector.connect(to: endpoint)),
            TransportStream(try await connector.connect(to: endpoint)),
        ]
        connector.setFaults([.finish(.now)], for: .receiving)
        for client in clients { #expect(try await client.read().isEmpty) }
    }
}
