// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pipeline
internal import PubSub
internal import RESPCodec
internal import Synchronization
internal import ToolkitTesting
internal import Transport

/// A scripted server that subscribes and unsubscribes as a real one does, a clock that stands still, and a client.
final class PubSubFixture: Sendable {
    private struct State {
        /// Names of each connection, as `SUBSCRIBE a`.
        var names: [Int: Set<String>] = [:]
        var refused: [String: String] = [:]
        var isSilent = false
    }

    let clock = ManualClock()
    let version: ProtocolVersion
    let server: ScriptedServer
    let client: NodeClient
    let hub: SubscriptionHub
    private let state: StateBox

    private final class StateBox: Sendable {
        let value = Mutex(State())
    }

    init(_ version: ProtocolVersion) {
        self.version = version
        let state = StateBox()
        self.state = state
        server = ScriptedServer { command in Self.answer(command, version, state) }
        var configuration = NodeConfiguration(endpoint: .tcp(host: "test", port: 6379))
        configuration.protocolVersion = version
        let environment = ClientEnvironment(
            connector: server.connector, now: { [clock] in clock.now },
            sleep: { [clock] in try await clock.sleep(until: $0) }, random: { $0.upperBound })
        client = NodeClient(configuration, environment: environment)
        hub = SubscriptionHub(client)
    }

    /// Answers commands that name this with an error.
    func refuse(_ name: String, by error: String = "NOPERM no access to that channel") {
        state.value.withLock { $0.refused[name] = error }
    }

    /// Lets time pass up to the next deadline, after everybody has had ample chance to do what they can do now: a dial or
    /// a call under way must not time out because the test was faster.
    func tick() async throws {
        try Task.checkCancellation()
        for _ in 0..<100 { await Task.yield() }
        clock.advanceToNextDeadline()
    }

    /// Waits until the client has every answer: a confirmation comes before the answer to the PING behind it, and time that
    /// passes between them is the server's silence.
    func settle() async {
        while !hub.isSettled { await Task.yield() }
    }

    /// Stops answering.
    func fallSilent(_ isSilent: Bool = true) {
        state.value.withLock { $0.isSilent = isSilent }
    }

    /// A message, or another push.
    func publish(_ words: String..., count: Int? = nil, to connection: Int? = nil) {
        server.send(Self.push(words.map { .bulk($0) } + (count.map { [.integer($0)] } ?? []), version), to: connection)
    }

    /// What a subscriber's PING is answered.
    var pong: ScriptedReply { Self.pong(version) }

    private static func pong(_ version: ProtocolVersion) -> ScriptedReply {
        version == .resp3 ? .simple("PONG") : .array([.bulk("pong"), .bulk("")])
    }

    /// All commands but PINGs, as `connection: words`.
    var subscriptionCommands: [String] {
        server.commands.filter { $0.name != "PING" }.map(\.description)
    }

    private static func push(_ elements: [ScriptedReply], _ version: ProtocolVersion) -> ScriptedReply {
        version == .resp3 ? .push(elements) : .array(elements)
    }

    private static func answer(
        _ command: ScriptedCommand, _ version: ProtocolVersion, _ box: StateBox
    ) -> ScriptedReply {
        box.value.withLock { state in
            if state.isSilent { return .none }
            switch command.name {
            case "PING":
                return pong(version)
            case "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE":
                let names = command.words.dropFirst()
                for name in names {
                    if let error = state.refused[name] { return .error(error) }
                }
                var reply = ScriptedReply.none
                for name in names {
                    let isLeaving = command.name.contains("UNSUB")
                    let key = command.name.replacing("UNSUB", with: "SUB") + " " + name
                    if isLeaving {
                        state.names[command.connection]?.remove(key)
                    } else {
                        state.names[command.connection, default: []].insert(key)
                    }
                    let count = state.names[command.connection]?.count ?? 0
                    reply = reply.then(
                        push([.bulk(command.name.lowercased()), .bulk(name), .integer(count)], version))
                }
                return reply
            case "MONITOR": return .ok
            default: return .error("ERR unknown command")
            }
        }
    }
}

extension Subscription {
    /// The next event's text, or `nil` at the end.
    func nextText() async throws -> String? {
        switch try await next() {
        case .message(let message):
            ([message.pattern, message.channel, message.payload] as [RESPBytes?]).compactMap { $0.map { String($0) } }
                .joined(separator: " ")
        case .gap(let gap): "gap \(gap.causes.rawValue) \(gap.droppedMessages)"
        case .interrupted: "interrupted"
        case .subscribed(let name, let count): "subscribed \(name.name) \(count)"
        case .unsubscribed(let name, let count): "unsubscribed \(name.name) \(count)"
        case nil: nil
        }
    }
}
