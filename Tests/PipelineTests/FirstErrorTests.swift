// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import Testing
import ToolkitTesting
import Transport

/// Why there is no connection reaches the first caller at once: on a clock that never advances and without a deadline,
/// so that a call which waited for anything would never end.
@Suite(.timeLimit(.minutes(2))) struct FirstErrorTests {
    /// What the server answers to the commands of the handshake, and what the caller gets.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var command: String
        var version: ProtocolVersion
        var reply: String
        var step: HandshakeStep
        var testDescription: String { "\(command) RESP\(version.rawValue): \(reply)" }
    }

    @Test(arguments: [
        Refusal(command: "HELLO", version: .resp3, reply: "WRONGPASS invalid pair", step: .hello),
        Refusal(command: "AUTH", version: .resp2, reply: "WRONGPASS invalid pair", step: .authenticate),
        Refusal(command: "HELLO", version: .resp3, reply: "NOPERM no permissions", step: .hello),
        Refusal(command: "HELLO", version: .resp3, reply: "ERR Protocol error", step: .hello),
        Refusal(command: "AUTH", version: .resp2, reply: "ERR AUTH called without any password", step: .authenticate),
        Refusal(command: "SELECT", version: .resp3, reply: "NOPERM no permissions", step: .selectDatabase),
        Refusal(command: "SELECT", version: .resp2, reply: "NOPERM no permissions", step: .selectDatabase),
        Refusal(command: "SELECT", version: .resp2, reply: "ERR DB index is out of range", step: .selectDatabase),
        Refusal(command: "CLIENT", version: .resp2, reply: "NOPERM no permissions", step: .setName),
    ])
    func `a refused handshake says at which step and why`(refusal: Refusal) async throws {
        let server = ScriptedServer(answersHandshakes: false) { command in
            if command.name == refusal.command { return .error(refusal.reply) }
            if command.name == "HELLO" { return .raw("%1\r\n+proto\r\n:3\r\n") }
            return .ok
        }
        let scripted = ScriptedClient(server) {
            $0.protocolVersion = refusal.version
            $0.credentials = Credentials(username: "app", password: "secret")
            $0.clientName = "name"
            $0.database = 4
            $0.commandTimeout = nil
        }
        let error = await #expect(throws: ConnectionError.self) { try await scripted.client.get("k") }
        guard case .handshakeRefused(refusal.step, let answer)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(answer.message == refusal.reply)
        #expect(error?.mayHaveExecuted == false)
        #expect(!"\(String(describing: error))".contains("secret"))
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `so does what keeps the transport from opening`(version: ProtocolVersion) async throws {
        let endpoint = Endpoint.tcp(host: "somewhere", port: 6379)
        let causes: [TransportError] = [
            .connectFailed(endpoint, errno: 111), .nameNotResolved(host: "somewhere", code: -2),
            .security(.peerSpeaksNoTLS(answer: "-ERR")),
        ]
        for cause in causes {
            let connector = InMemoryConnector { _, _ in throw cause }
            var configuration = NodeConfiguration(endpoint: endpoint)
            configuration.protocolVersion = version
            configuration.commandTimeout = nil
            let client = NodeClient(configuration, environment: ClientEnvironment(connector, ManualClock()))
            let error = await #expect(throws: TransportError.self) { try await client.get("k") }
            #expect(error.map { "\($0)" } == "\(cause)")
            #expect(error.flatMap { ExecutionCertainty(of: $0) } == .notSent)
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a server that hangs up or talks nonsense is named as such`(version: ProtocolVersion) async throws {
        for (reply, isMalformed) in [(ScriptedReply.close, false), (.raw("HTTP/1.1 400 Bad Request\r\n"), true)] {
            let scripted = ScriptedClient(ScriptedServer(answersHandshakes: false) { _ in reply }) {
                $0.protocolVersion = version
                $0.commandTimeout = nil
            }
            let error = await #expect(throws: ConnectionError.self) { try await scripted.client.get("k") }
            switch error {
            case .handshakeBroken(.endOfStream, _): #expect(!isMalformed)
            case .handshakeBroken(.malformedReply, _): #expect(isMalformed)
            default: Issue.record("got \(String(describing: error))")
            }
        }
    }
}
