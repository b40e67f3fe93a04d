// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

/// A server, or what is before it, that loses its place: with every request proven nobody gets another's reply.
@Suite(.timeLimit(.minutes(2))) struct IntegrityTests {
    enum Defect: String, CaseIterable, Sendable {
        /// A reply is missing.
        case swallowed
        /// A reply comes twice.
        case doubled
        /// Two frames that follow each other change places.
        case swapped
    }

    /// Echoes, and gets the `nth` frame wrong, counted over all connections; sentinels are frames like others.
    private static func server(_ defect: Defect, at nth: Int, cut: Int = 100_000) -> ScriptedServer {
        let state = Mutex((count: 0, held: ScriptedReply?.none))
        var options = InMemoryTransport.Options()
        options.maximumRead = cut
        return ScriptedServer(options: options) { command in
            let reply = ScriptedReply.bulk(command.words[1])
            // The handshake's.
            if command.words[1] == "OK" { return reply }
            return state.withLock { state in
                state.count += 1
                if let held = state.held {
                    state.held = nil
                    return reply.then(held)
                }
                guard state.count == nth else { return reply }
                switch defect {
                case .swallowed: return .none
                case .doubled: return reply.then(reply)
                case .swapped:
                    state.held = reply
                    return .none
                }
            }
        }
    }

    private func client(_ server: ScriptedServer, _ check: IntegrityCheck = .everyRequest) -> ScriptedClient {
        ScriptedClient(server) {
            $0.connection.integrity = check
            $0.commandTimeout = .seconds(5)
        }
    }

    /// Where a sentinel is missing and nobody else calls, a call waits for its deadline: time passes, but slowly.
    private func passTime(_ clock: ManualClock) -> Task<Void, Never> {
        Task {
            while !Task.isCancelled {
                for _ in 0..<500 { await Task.yield() }
                clock.advance(by: .milliseconds(100))
            }
        }
    }

    /// How many of the replies that tasks got were somebody else's. Afterwards the client is as good as new.
    private func wrongReplies(_ server: ScriptedServer, tasks: Int, rounds: Int) async throws -> Int {
        let scripted = client(server)
        let time = passTime(scripted.clock)
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var wrong = 0
                    for round in 0..<rounds {
                        let text = "\(task) \(round)"
                        guard let reply = try? await scripted.client.execute(echo(text)) else { continue }
                        if reply != text { wrong += 1 }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        time.cancel()
        await time.value
        _ = try? await scripted.client.execute(echo("whatever is left of it"))
        #expect(try await scripted.client.execute(echo("after")) == "after")
        #expect(server.connectionCount >= 2, "the connection was replaced")
        return wrong
    }

    @Test(arguments: Defect.allCases, 1...8)
    func `no caller gets a wrong reply, one after the other`(defect: Defect, nth: Int) async throws {
        #expect(try await wrongReplies(Self.server(defect, at: nth), tasks: 1, rounds: 12) == 0)
    }

    @Test(arguments: Defect.allCases, [1, 7, 100_000])
    func `no caller gets a wrong reply, all at the same time`(defect: Defect, cut: Int) async throws {
        for nth in 61...62 {
            let server = Self.server(defect, at: nth, cut: cut)
            #expect(try await wrongReplies(server, tasks: 20, rounds: 10) == 0)
        }
    }

    @Test(arguments: [Defect.swallowed, .doubled])
    func `a batch gets all its replies or none`(defect: Defect) async throws {
        let scripted = client(Self.server(defect, at: 3))
        let batch = scripted.client.pipeline()
        for number in 0..<5 { batch.enqueue(echo("\(number)")) }
        let error = await #expect(throws: ConnectionError.self) { try await batch.run() }
        guard case .closed(.outOfStep, .outcomeUnknown, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        let again = scripted.client.pipeline()
        let handles = (0..<5).map { again.enqueue(echo("\($0)")) }
        let replies = try await again.run()
        for (number, handle) in handles.enumerated() { #expect(try replies[handle] == "\(number)") }
    }

    @Test func `everybody who waits learns that the outcome is unknown, with the record`() async throws {
        let server = ScriptedServer { command in
            switch command.words.dropFirst().first {
            case "OK"?: .bulk("OK")
            default: .none
            }
        }
        let scripted = client(server)
        let calls = (0..<3).map { number in
            Task { try await scripted.client.execute(RawCommand("APPEND", "\(number)", "x", as: Int.self)) }
        }
        try await server.waitForCommands(1 + 6)
        server.send(.integer(1).then(.integer(2)), to: 0)
        for call in calls {
            let error = await #expect(throws: ConnectionError.self) { try await call.value }
            guard case .closed(.outOfStep, .outcomeUnknown, let record?)? = error else {
                Issue.record("got \(String(describing: error))")
                continue
            }
            #expect(record.call?.stage == .sent)
        }
    }

    @Test func `with an interval some requests are proven, and without it none`() async throws {
        for (check, sentinels) in [(IntegrityCheck.off, 0), (.interval(.seconds(10)), 2), (.everyRequest, 6)] {
            let server = ScriptedServer { $0.name == "GET" ? .bulk("v") : .bulk($0.words[1]) }
            let scripted = client(server, check)
            for _ in 0..<6 {
                _ = try await scripted.client.get("k")
                scripted.clock.advance(by: .seconds(3))
            }
            let echoes = server.commands.filter { $0.name == "ECHO" && $0.words[1] != "OK" }
            #expect(echoes.count == sentinels, "\(check)")
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `a cancelled call's sentinel is checked as well`() async throws {
        let server = ScriptedServer { $0.words.dropFirst().first == "OK" ? .bulk("OK") : .none }
        let scripted = client(server)
        let cancelled = Task { try await scripted.client.execute(RawCommand("INCR", "n", as: Int.self)) }
        try await server.waitForCommands(3)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let next = Task { try await scripted.client.execute(RawCommand("INCR", "n", as: Int.self)) }
        try await server.waitForCommands(5)
        server.send(.integer(1).then(.integer(2)), to: 0)
        let error = await #expect(throws: ConnectionError.self) { try await next.value }
        guard case .closed(.outOfStep, _, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func `who may not ECHO is told when it connects`() async throws {
        let scripted = client(ScriptedServer { _ in .error("NOPERM no permission for 'echo'") })
        let error = await #expect(throws: ConnectionError.self) { try await scripted.client.get("k") }
        guard case .handshakeRefused(step: .echo, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func `commands with errors, transactions, blocking ones and leased connections work as without it`()
        async throws
    {
        let server = ScriptedServer { command in
            switch command.name {
            case "ECHO": .bulk(command.words[1])
            case "BLPOP": .array([.bulk("q"), .bulk("e")])
            case "MULTI", "WATCH": .ok
            case "INCR": .simple("QUEUED")
            case "EXEC": .array([.integer(1)])
            default: .error("WRONGTYPE")
            }
        }
        let scripted = client(server)
        await #expect(throws: ServerError.self) { try await scripted.client.get("k") }
        #expect(try await scripted.client.blpop("q", timeout: .zero, as: String.self)?.element == "e")
        let counted = try await scripted.client.transaction(watching: "n") { watching in
            let multi = watching.multi()
            let count = multi.incr("n")
            return multi.commit(count)
        }
        #expect(counted == 1)
        let before = server.commands.count
        try await scripted.client.withConnection { _ = try? await $0.get("k") }
        #expect(server.commands.dropFirst(before).map(\.name) == ["GET"])
    }
}
