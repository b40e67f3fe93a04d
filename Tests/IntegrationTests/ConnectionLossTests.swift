// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import ServerSupport
import Testing
import ValkeyToolkit

/// What callers learn when a server dies, whether it is true, and how the client finds back.
@Suite(.timeLimit(.minutes(1))) struct ConnectionLossTests {
    /// What a caller knows of one of its writes.
    private enum Known: Hashable, Sendable {
        case done, unknown, withoutEffect
    }

    @Test(arguments: ServerVersion.allCases)
    func `when the server dies under load, everything acknowledged is there and nothing ran that is said not to have`(
        version: ServerVersion
    ) async throws {
        let server = try await TestServer.start(version, options: ["--appendonly", "yes", "--appendfsync", "always"])
        defer { server.kill() }
        var configuration = NodeConfiguration.patient(server.endpoint)
        configuration.commandTimeout = nil
        let client = ValkeyClient(configuration)
        defer { client.close() }
        let (tasks, writes) = (20, 60)

        // All tasks write; when the first of them is half-way the server is killed, and then comes back with its log.
        let halfWay = Latch()
        let known = try await withThrowingTaskGroup(of: (Int, [Known])?.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var known: [Known] = []
                    for write in 0..<writes {
                        if write == writes / 2 { halfWay.open() }
                        known.append(try await Self.push(write, to: "log:\(task)", client))
                    }
                    return (task, known)
                }
            }
            group.addTask {
                await halfWay.wait()
                server.kill()
                try await server.restart()
                return nil
            }
            return try await group.reduce(into: [Int: [Known]]()) { known, result in
                if let (task, writes) = result { known[task] = writes }
            }
        }

        for (task, known) in known {
            let stored = try await server.cli("LRANGE", "log:\(task)", "0", "-1").decode(as: [Int].self)
            for (write, known) in known.enumerated() {
                let times = stored.count { $0 == write }
                switch known {
                case .done: #expect(times == 1)
                case .unknown: #expect(times <= 1)
                case .withoutEffect: #expect(times == 0)
                }
            }
        }
        #expect(known.count == tasks)
        #expect(known.values.joined().contains(.done))
    }

    private static func push(_ write: Int, to list: String, _ client: ValkeyClient) async throws -> Known {
        do {
            try await client.rpush(list, write)
            return .done
        } catch let error as ConnectionError {
            return error.mayHaveExecuted ? .unknown : .withoutEffect
        } catch let error as ServerError where error.code == .loading {
            return .withoutEffect
        }
    }

    @Test func `a call whose command has left ends with an unknown outcome, all others run on the next connection`()
        async throws
    {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient(configure: {
            $0.commandTimeout = nil
            $0.clientName = "loss"
        }) { client async throws in
            try await client.set("k", "v")
            // The server reads commands, and keeps the first write to itself.
            try await server.cli("CLIENT", "PAUSE", "600000", "WRITE")
            let calls = (0..<50).map { _ in Task { try await client.incr("n") } }
            try await eventually("a write reaches the server") { try await server.hasBlockedConnection(named: "loss") }
            server.kill()
            try await server.restart()

            var (unknown, answers) = (0, [Int]())
            for call in calls {
                switch await call.result {
                case .success(let number): answers.append(number)
                case .failure(let error):
                    let error = try #require(error as? ConnectionError)
                    #expect(error.mayHaveExecuted, "what has no effect is sent again without asking")
                    unknown += 1
                }
            }
            #expect(unknown >= 1)
            #expect(answers.sorted() == Array(1...50).dropLast(unknown))
            #expect(try await server.count(of: "n") == 50 - unknown)
        }
    }

    @Test func `reads that were lost are sent again by themselves`() async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient(configure: { $0.commandTimeout = nil }) { client async throws in
            try await client.set("k", "v")
            server.pause()
            let calls = (0..<50).map { _ in Task { try await client.get("k") } }
            server.kill()
            try await server.restart()
            for call in calls { #expect(try await call.value == nil, "the restarted server is empty") }
        }
    }

    @Test(arguments: ServerVersion.allCases)
    func `after CLIENT KILL the next calls find the server again`(version: ServerVersion) async throws {
        let server = try await TestServer.start(version)
        defer { server.kill() }
        try await server.withClient { client async throws in
            for round in 1...3 {
                try await client.set("round", round)
                #expect(try await server.cli("CLIENT", "KILL", "TYPE", "normal").decode(as: Int.self) == 1)
                #expect(try await client.get("round", as: Int.self) == round)
            }
        }
    }

    @Test func `after a restart the next calls find the server again`() async throws {
        let server = try await TestServer.start(.valkey9)
        defer { server.kill() }
        try await server.withClient { client async throws in
            #expect(try await client.incr("n") == 1)
            try await server.restart()
            // INCR was surely not sent on the dead connection, or the error says that it may have been.
            do {
                #expect(try await client.incr("n") == 1)
            } catch let error as ConnectionError {
                #expect(error.mayHaveExecuted)
                #expect(try await server.count(of: "n") == 0)
            }
            #expect(try await client.get("absent") == nil)
        }
    }

    @Test func `a refused connection reaches the first caller at once`() async throws {
        let client = ValkeyClient(.patient(.tcp(host: "127.0.0.1", port: 1)))
        defer { client.close() }
        let error = await #expect(throws: TransportError.self) { try await client.get("k") }
        guard case .connectFailed(.tcp(host: "127.0.0.1", port: 1), _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func `an unknown host reaches the first caller at once`() async throws {
        let client = ValkeyClient(.patient(.tcp(host: "no-such-host.invalid", port: 6379)))
        defer { client.close() }
        let error = await #expect(throws: TransportError.self) { try await client.get("k") }
        guard case .nameNotResolved(host: "no-such-host.invalid", _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test(arguments: Dialect.all)
    func `a wrong password reaches every caller at once and is not printed`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version, options: ["--requirepass", "right"])
        defer { server.kill() }
        try await dialect.withClient(of: server, configure: { $0.credentials = Credentials(password: "a-wrong-one") }) {
            client in
            let step: HandshakeStep = dialect.protocolVersion == .resp3 ? .hello : .authenticate
            let calls = (0..<5).map { _ in Task { try await client.get("k") } }
            for call in calls {
                let error = await #expect(throws: ConnectionError.self) { try await call.value }
                guard case .handshakeRefused(step, let refusal)? = error else {
                    Issue.record("got \(String(describing: error))")
                    continue
                }
                #expect(refusal.code == .wrongPassword)
                #expect(error?.mayHaveExecuted == false)
                #expect(!"\(String(describing: error))".contains("a-wrong-one"))
            }
        }
    }
}
