// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import ToolkitTesting
import Transport

/// What the tests of this target share: a client of a scripted server, on a clock that only the test moves.
struct ScriptedClient {
    let server: ScriptedServer
    let clock: ManualClock
    let client: NodeClient

    init(
        _ server: ScriptedServer, clock: ManualClock = ManualClock(),
        jitter: Double = 0, _ change: (inout NodeConfiguration) -> Void = { _ in }
    ) {
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        // Its timer would be one more in tests that are about others.
        configuration.connection.keepalive = nil
        change(&configuration)
        self.server = server
        self.clock = clock
        client = NodeClient(configuration, environment: ClientEnvironment(server.connector, clock, jitter: jitter))
    }
}

extension ClientEnvironment {
    /// Every random number is as far up its range as `jitter` says; the lowest ones mean that nobody waits for a backoff.
    init(_ connector: any TransportConnector, _ clock: ManualClock, jitter: Double = 0) {
        self.init(
            connector: connector, now: { clock.now }, sleep: { try await clock.sleep(until: $0) },
            random: { $0.lowerBound + jitter * ($0.upperBound - $0.lowerBound) })
    }
}

extension ScriptedServer {
    /// Answers ECHO with its argument and everything else with OK.
    static func echo(_ change: (inout InMemoryTransport.Options) -> Void = { _ in }) -> ScriptedServer {
        var options = InMemoryTransport.Options()
        change(&options)
        return ScriptedServer(options: options) { command in
            command.name == "ECHO" ? .bulk(command.words[1]) : .ok
        }
    }
}

func echo(_ text: String) -> RawCommand<String> { RawCommand("ECHO", text, as: String.self) }

/// Waits, without time, until something holds. Ends with its test, should that never be.
func wait(until condition: () -> Bool) async throws {
    while !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}

extension InMemoryTransport {
    /// Answers the steps of a handshake that have arrived, and reads nothing later.
    func answerHandshake() throws {
        var decoder = RESPDecoder()
        _ = try decoder.receive { buffer throws(TransportError) in try tryRead(into: &buffer) }
        while let command = try decoder.next() {
            let isHello = try command.decode(as: [String].self).first == "HELLO"
            _ = try tryWrite([UInt8]((isHello ? "%1\r\n$5\r\nproto\r\n:3\r\n" : "+OK\r\n").utf8).span)
        }
    }
}
