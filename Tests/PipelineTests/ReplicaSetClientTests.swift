// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// A client of scripted servers, whose roles the test changes.
@Suite(.timeLimit(.minutes(2))) struct ReplicaSetClientTests {
    /// Servers 1 to 3. Each answers GET and SET with its number, and SET with READONLY while it is a replica.
    private final class Group: Sendable {
        private struct State {
            var primary = 1
            var down: Set<Int> = []
            /// What a server answers to GET in the place of its number.
            var ailments: [Int: String] = [:]
        }

        private let state = Mutex(State())
        let clock = ManualClock()
        private let servers = Mutex<[Int: ScriptedServer]>([:])

        init() {
            for number in 1...3 {
                let server = ScriptedServer { [unowned self] in self.answer($0, number) }
                servers.withLock { $0[number] = server }
            }
        }

        private func answer(_ command: ScriptedCommand, _ number: Int) -> ScriptedReply {
            let (primary, down, ailment) = state.withLock { ($0.primary, $0.down, $0.ailments[number]) }
            switch command.name {
            case "ROLE" where number == primary:
                let replicas = (1...3).filter { $0 != number && !down.contains($0) }
                return .array([
                    .bulk("master"), .integer(100),
                    .array(replicas.map { .array([.bulk("10.0.0.\($0)"), .bulk("6379"), .bulk("100")]) }),
                ])
            case "ROLE":
                return .array([
                    .bulk("slave"), .bulk("10.0.0.\(primary)"), .integer(6379), .bulk("connected"), .integer(100),
                ])
            case "GET": return ailment.map { .error($0) } ?? .bulk("\(number)")
            case "SET": return number == primary ? .bulk("\(number)") : .error("READONLY You can't write.")
            default: return .ok
            }
        }

        func server(_ number: Int) -> ScriptedServer { servers.withLock { $0[number]! } }

        /// Changes roles; a connection that has just been made is not replaced at once.
        func promote(_ number: Int) {
            clock.advance(by: .seconds(1))
            state.withLock { $0.primary = number }
        }

        func kill(_ number: Int) {
            state.withLock { _ = $0.down.insert(number) }
            server(number).refuseConnections()
            server(number).reset()
        }

        func ail(_ number: Int, _ error: String?) { state.withLock { $0.ailments[number] = error } }

        func client(seeds: [Int] = [1, 2, 3], _ change: (inout ReplicaSetConfiguration) -> Void = { _ in })
            -> ReplicaSetClient
        {
            var configuration = ReplicaSetConfiguration(
                seeds: seeds.map { NodeAddress(host: "10.0.0.\($0)", port: 6379) })
            configuration.node.retries.initialDelay = .zero
            // Nobody waits between attempts here, so it takes as many as it takes until another connection is there.
            configuration.node.retries.maximumAttempts = .max
            change(&configuration)
            let connector = InMemoryConnector { [self] endpoint, transport in
                guard case .tcp(let host, _) = endpoint, let number = Int(host.suffix(1)) else {
                    return transport.close()
                }
                if state.withLock({ $0.down.contains(number) }) { throw TransportError.connectionRefused(endpoint) }
                server(number).serve(transport)
            }
            return ReplicaSetClient(configuration, environment: ClientEnvironment(connector, clock))
        }

        /// How often each server was asked something since the last time.
        func count(_ name: String) -> [Int] {
            (1...3).map { number in server(number).commands.count { $0.name == name } }
        }
    }

    private func set(_ client: ReplicaSetClient) async throws -> String {
        try await client.execute(RawCommand("SET", "k", "v", as: String.self))
    }

    private func get(_ client: ReplicaSetClient) async throws -> String? {
        try await client.get("k", as: String.self)
    }

    /// Reads until each of these servers has answered: connections to replicas are made on the side.
    private func readUntilServed(by numbers: Set<String>, _ client: ReplicaSetClient) async throws {
        var found: Set<String> = []
        while !found.isSuperset(of: numbers) {
            try Task.checkCancellation()
            if let number = try await get(client) { found.insert(number) }
            await Task.yield()
        }
    }

    @Test(arguments: [[1], [2], [3], [3, 2, 1]])
    func `the primary is found from any server of the group`(seeds: [Int]) async throws {
        let group = Group()
        group.promote(2)
        // A replica names its primary; it is asked in the next look-up.
        let client = group.client(seeds: seeds == [2] ? [2] : seeds + [2])
        defer { client.close() }
        #expect(try await set(client) == "2")
        #expect(client.primaryAddress == NodeAddress(host: "10.0.0.2", port: 6379))
        #expect(client.replicaAddresses.map(\.host) == ["10.0.0.1", "10.0.0.3"])
    }

    @Test func `fifty callers who come together ask each server once`() async throws {
        let group = Group()
        let client = group.client()
        defer { client.close() }
        try await withThrowingTaskGroup(of: String.self) { tasks in
            for _ in 0..<50 { tasks.addTask { try await set(client) } }
            for try await number in tasks { #expect(number == "1") }
        }
        #expect(group.count("ROLE") == [1, 1, 1])
    }

    @Test func `a write that a replica refuses looks for the primary and goes there`() async throws {
        let group = Group()
        let client = group.client()
        defer { client.close() }
        #expect(try await set(client) == "1")
        group.promote(3)
        #expect(try await set(client) == "3")
        #expect(group.count("SET")[2] == 1)
    }

    @Test func `a primary that dies is replaced by the one that was promoted`() async throws {
        let group = Group()
        let client = group.client()
        defer { client.close() }
        #expect(try await set(client) == "1")
        group.kill(1)
        group.promote(2)
        #expect(try await set(client) == "2")
    }

    @Test func `without a primary the first call says what each server met`() async throws {
        let group = Group()
        for number in 1...3 { group.kill(number) }
        let client = group.client()
        defer { client.close() }
        let error = await #expect(throws: ConnectionError.self) { _ = try await set(client) }
        guard case .primaryNotFound(let causes)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(causes.count == 3 && error?.mayHaveExecuted == false)
    }

    @Test func `a client without seeds says that there is no primary`() async throws {
        let client = Group().client(seeds: [])
        await #expect(throws: ConnectionError.self) { _ = try await set(client) }
    }

    @Test func `reads go to the primary unless replicas are preferred`() async throws {
        let group = Group()
        let client = group.client()
        defer { client.close() }
        for _ in 1...10 { #expect(try await get(client) == "1") }
        let reading = group.client { $0.readPreference = .preferReplica }
        defer { reading.close() }
        try await readUntilServed(by: ["2", "3"], reading)
        let before = group.count("GET")
        for _ in 1...10 { _ = try await get(reading) }
        let after = group.count("GET")
        #expect(zip(before, after).map { $1 - $0 } == [0, 5, 5])
        #expect(try await set(reading) == "1")
    }

    @Test(arguments: ["LOADING Valkey is loading the dataset in memory", "MASTERDOWN Link with MASTER is down"])
    func `a replica that can't answer is passed over`(ailment: String) async throws {
        let group = Group()
        let client = group.client { $0.readPreference = .preferReplica }
        defer { client.close() }
        try await readUntilServed(by: ["2", "3"], client)
        group.ail(2, ailment)
        for _ in 1...10 { #expect(try await get(client) == "3") }
        group.ail(3, ailment)
        for _ in 1...10 { #expect(try await get(client) == "1", "the primary serves when nobody else does") }
        group.ail(2, nil)
        group.clock.advance(by: .seconds(1))
        try await readUntilServed(by: ["2"], client)
    }

    @Test func `a replica that dies costs no read an error`() async throws {
        let group = Group()
        let client = group.client { $0.readPreference = .preferReplica }
        defer { client.close() }
        try await readUntilServed(by: ["2", "3"], client)
        group.kill(2)
        for _ in 1...10 { #expect(try await get(client) != "2") }
    }

    @Test func `an error that is the question's own is the caller's`() async throws {
        let group = Group()
        let client = group.client { $0.readPreference = .preferReplica }
        defer { client.close() }
        try await readUntilServed(by: ["2", "3"], client)
        group.ail(2, "WRONGTYPE Operation against a key")
        group.ail(3, "WRONGTYPE Operation against a key")
        let error = await #expect(throws: ServerError.self) { _ = try await get(client) }
        #expect(error?.code == .wrongType)
    }

    @Test func `roles are asked again after a while, and reads follow them`() async throws {
        let group = Group()
        let client = group.client { $0.readPreference = .preferReplica }
        defer { client.close() }
        try await readUntilServed(by: ["2", "3"], client)
        group.promote(2)
        group.clock.advance(by: .seconds(10))
        try await readUntilServed(by: ["1"], client)
        #expect(client.replicaAddresses.map(\.host) == ["10.0.0.1", "10.0.0.3"])
        #expect(try await set(client) == "2")
    }

    @Test func `after the end nothing is sent, and nothing stays open`() async throws {
        let group = Group()
        let client = group.client { $0.readPreference = .preferReplica }
        try await readUntilServed(by: ["2", "3"], client)
        #expect(await client.shutdown(within: .seconds(1)))
        await #expect(throws: (any Error).self) { _ = try await get(client) }
        try await wait { (1...3).allSatisfy { group.server($0).openConnectionCount == 0 } }
    }
}
