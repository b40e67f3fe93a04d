// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting

/// Gives what the test says, and counts how often it is asked.
final class ScriptedProvider: CredentialsProvider {
    struct Outage: Error, CustomStringConvertible { var description: String { "the secret is hunter2" } }

    private let answers: Mutex<[ExpiringCredentials?]>
    private let asked = Mutex(0)
    var count: Int { asked.withLock { $0 } }

    /// One answer after the other, the last one again and again; `nil` fails.
    init(_ answers: [ExpiringCredentials?]) { self.answers = Mutex(answers) }

    func credentials() async throws -> ExpiringCredentials {
        asked.withLock { $0 += 1 }
        let answer = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        guard let answer else { throw Outage() }
        return answer
    }
}

@Suite(.timeLimit(.minutes(2))) struct CredentialsTests {
    private static func token(_ password: String, _ validFor: Duration? = .seconds(100)) -> ExpiringCredentials {
        ExpiringCredentials(Credentials(username: "app", password: password), validFor: validFor)
    }

    private func client(
        _ server: ScriptedServer, _ provider: some CredentialsProvider, _ version: ProtocolVersion = .resp3,
        _ change: (inout NodeConfiguration) -> Void = { _ in }
    ) -> ScriptedClient {
        ScriptedClient(server) {
            $0.credentialsProvider = provider
            $0.protocolVersion = version
            $0.commandTimeout = nil
            change(&$0)
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `the handshake uses what the provider gives`(version: ProtocolVersion) async throws {
        let provider = ScriptedProvider([Self.token("first", nil)])
        let scripted = client(.echo(), provider, version)
        #expect(try await scripted.client.execute(echo("x")) == "x")
        let words = try #require(scripted.server.handshakes.first?.words)
        #expect(
            words == (version == .resp3 ? ["HELLO", "3", "AUTH", "app", "first"] : ["AUTH", "app", "first"]))
        #expect(provider.count == 1)
    }

    @Test func `before credentials run out every open connection gets the new ones, between its commands`() async throws
    {
        let server = ScriptedServer(answersHandshakes: false) { command in
            switch command.name {
            case "HELLO": .raw("%1\r\n+proto\r\n:3\r\n")
            case "ECHO": .bulk(command.words[1])
            // Behind the command that blocks, AUTH waits as well.
            case "BLPOP": .none
            case "AUTH" where command.connection == 1: .none
            default: .ok
            }
        }
        let scripted = client(server, ScriptedProvider([Self.token("first"), Self.token("second")]))
        let start = scripted.clock.now
        #expect(try await scripted.client.execute(echo("shared")) == "shared")
        let blocked = Task { try await scripted.client.blpop("q", timeout: .zero, as: String.self) }
        while !server.commands.contains(where: { $0.name == "BLPOP" }) { await Task.yield() }
        try await scripted.clock.waitForSleeper(until: start + .seconds(75))
        scripted.clock.advance(to: start + .seconds(75))
        while server.commands.count(where: { $0.name == "AUTH" }) < 2 {
            #expect(try await scripted.client.execute(echo("meanwhile")) == "meanwhile")
            await Task.yield()
        }
        let renewals = server.commands.filter { $0.name == "AUTH" }
        #expect(renewals.allSatisfy { $0.words == ["AUTH", "app", "second"] })
        #expect(Set(renewals.map(\.connection)) == [0, 1])
        server.send(.array([.bulk("q"), .bulk("element")]).then(.ok), to: 1)
        #expect(try await blocked.value?.element == "element")
        #expect(server.connectionCount == 2)
        scripted.client.close()
    }

    @Test func `a provider that fails reaches the first caller with its cause, which is not printed`() async throws {
        let scripted = client(.echo(), ScriptedProvider([nil]))
        let error = await #expect(throws: ConnectionError.self) { try await scripted.client.execute(echo("x")) }
        guard case .credentialsUnavailable(let cause)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(cause is ScriptedProvider.Outage)
        #expect(error?.mayHaveExecuted == false)
        #expect(!"\(error!)".contains("hunter2"))
        #expect(scripted.server.connectionCount == 0)
    }

    @Test func `a provider that fails later changes nothing for open connections, and is asked again`() async throws {
        let scripted = client(.echo(), ScriptedProvider([Self.token("first"), nil, Self.token("third")]))
        let start = scripted.clock.now
        #expect(try await scripted.client.execute(echo("a")) == "a")
        try await scripted.clock.waitForSleeper(until: start + .seconds(75))
        scripted.clock.advance(to: start + .seconds(75))
        // Without jitter the next attempt is at once, and the one after it 75 s later.
        try await scripted.clock.waitForSleeper(until: start + .seconds(150))
        while !scripted.server.handshakes.contains(where: { $0.name == "AUTH" }) {
            #expect(try await scripted.client.execute(echo("b")) == "b")
            await Task.yield()
        }
        #expect(scripted.server.handshakes.last?.words == ["AUTH", "app", "third"])
        #expect(scripted.server.connectionCount == 1)
        scripted.client.close()
    }

    @Test func `a provider that hangs ends with the dial's time`() async throws {
        struct Hanging: CredentialsProvider {
            func credentials() async throws -> ExpiringCredentials {
                // Returns only when it is cancelled, by the end of the client.
                let (stream, _) = AsyncStream<Never>.makeStream()
                for await _ in stream {}
                throw CancellationError()
            }
        }
        let scripted = client(.echo(), Hanging()) { $0.connectTimeout = .seconds(1) }
        let start = scripted.clock.now
        let call = Task { try await scripted.client.execute(echo("x")) }
        try await scripted.clock.waitForSleeper(until: start + .seconds(1))
        scripted.clock.advance(by: .seconds(1))
        let error = await #expect(throws: ConnectionError.self) { try await call.value }
        guard case .connectTimedOut? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        scripted.client.close()
    }
}
