// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

@Suite(.timeLimit(.minutes(2))) struct RESPConnectionTests {
    private func open(
        _ server: ScriptedServer, mode: ConnectionMode = .commands, version: ProtocolVersion = .resp3,
        onPush: (@Sendable (RESPFrame) -> Void)? = nil
    ) async throws -> RESPConnection {
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        configuration.protocolVersion = version
        return try await RESPConnection.open(
            configuration, environment: ClientEnvironment(server.connector, ManualClock()), mode: mode, onPush: onPush)
    }

    private var options: CallOptions {
        CallOptions(now: ContinuousClock.now, deadline: nil, mayWaitInline: true)
    }

    @Test func `pushes among replies go to the push handler and the replies to their callers`() async throws {
        let server = ScriptedServer { command in
            .push([.bulk("invalidate"), .array([.bulk("k")])]).then(.bulk(command.words[1]))
        }
        let pushes = Mutex<[RESPFrame]>([])
        let connection = try await open(server) { push in pushes.withLock { $0.append(push) } }
        for number in 0..<5 {
            let reply = try await connection.roundTrip(options) { RawCommand("ECHO", "\(number)").encode(into: &$0) }
            #expect(try reply.decode(as: String.self) == "\(number)")
        }
        #expect(pushes.withLock { $0.count } == 5)
        #expect(pushes.withLock { $0.allSatisfy(\.isPush) })
        connection.close()
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `confirmations are pushes and only errors are replies to subscription commands`(
        version: ProtocolVersion
    ) async throws {
        let server = ScriptedServer { command in
            let confirmation: [ScriptedReply] = [.bulk("subscribe"), .bulk("a"), .integer(1)]
            switch command.name {
            case "SUBSCRIBE": return version == .resp3 ? .push(confirmation) : .array(confirmation)
            case "PING": return version == .resp3 ? .simple("PONG") : .array([.bulk("pong"), .bulk("")])
            default: return .error("NOPERM no permission")
            }
        }
        let pushes = Mutex<[RESPFrame]>([])
        let connection = try await open(server, mode: .subscriber, version: version) { push in
            pushes.withLock { $0.append(push) }
        }
        let errors = try await connection.sendSubscription(options) { encoder in
            RawCommand("SUBSCRIBE", "a").encode(into: &encoder)
            RawCommand("PSUBSCRIBE", "b*").encode(into: &encoder)
        }
        #expect(errors.map(\.code) == ["NOPERM"])
        #expect(pushes.withLock { $0.count } == 1)
        connection.close()
    }

    @Test func `after MONITOR every line goes to the push handler`() async throws {
        let server = ScriptedServer { _ in .ok.then(.simple("1700000000.1 [0 127.0.0.1:1] \"PING\"")) }
        let (lines, continuation) = AsyncStream<RESPFrame>.makeStream()
        let connection = try await open(server, mode: .monitor) { continuation.yield($0) }
        try await connection.startMonitor(options)
        for await line in lines {
            #expect(try line.decode(as: String.self).hasSuffix("\"PING\""))
            break
        }
        connection.close()
    }

    @Test func `malformed bytes end the connection with the codec's error and its offset`() async throws {
        let server = ScriptedServer { _ in .raw("+fine\r\n$3\r\nabcde") }
        let connection = try await open(server)
        let reply = try await connection.roundTrip(options) { RawCommand("GET", "k").encode(into: &$0) }
        #expect(try reply.decode(as: String.self) == "fine")
        let error = await #expect(throws: ConnectionError.self) {
            _ = try await connection.roundTrip(options) { RawCommand("GET", "k").encode(into: &$0) }
        }
        guard case .closed(.malformedReply(let cause), _, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(cause.offset > 0)
    }

    @Test func `the owner's handler learns once why the connection ended`() async throws {
        let reasons = Mutex<[String]>([])
        let server = ScriptedServer { _ in .close }
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        configuration.commandTimeout = nil
        let connection = try await RESPConnection.open(
            configuration, environment: ClientEnvironment(server.connector, ManualClock()), mode: .commands,
            onClose: { reason in reasons.withLock { $0.append("\(reason)") } })
        await #expect(throws: ConnectionError.self) {
            _ = try await connection.roundTrip(options) { RawCommand("GET", "k").encode(into: &$0) }
        }
        connection.close()
        connection.close()
        #expect(reasons.withLock { $0 } == ["the server ended the stream"])
    }

    @Test func `a dropped connection closes its transport`() async throws {
        let (near, far) = InMemoryTransport.pair()
        do {
            _ = RESPConnection(
                transport: near, settings: ConnectionSettings(), environment: .live, mode: .commands, onPush: nil,
                onClose: nil)
        }
        #expect(near.isClosed)
        #expect(!far.isClosed)
    }
}
