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
        _ change: (inout NodeConfiguration) -> Void = { _ in }
    ) {
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        change(&configuration)
        self.server = server
        self.clock = clock
        client = NodeClient(configuration, environment: ClientEnvironment(server.connector, clock))
    }
}

extension ClientEnvironment {
    init(_ connector: any TransportConnector, _ clock: ManualClock) {
        // The lowest random numbers mean that nobody has to wait for a backoff.
        self.init(
            connector: connector, now: { clock.now }, sleep: { try await clock.sleep(until: $0) },
            random: { $0.lowerBound })
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
