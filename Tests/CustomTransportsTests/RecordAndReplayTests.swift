// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting
import ValkeyToolkit

@testable import custom_transports

@Suite(.timeLimit(.minutes(1))) struct RecordAndReplayTests {
    @Test func `what was recorded is played back without the server`() async throws {
        let capture = try await record()
        #expect(String(decoding: capture.commands, as: UTF8.self).contains("$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n"))
        #expect(capture.replies.starts(with: "%7\r\n".utf8))
        let values = try await talk(ReplayingConnector(capture: capture))
        #expect(values == ["value of k", nil])
    }

    @Test func `who says something else when it is played back is told what and where`() async throws {
        let capture = try await record()
        let client = client(ReplayingConnector(capture: capture))
        defer { client.close() }
        let error = await #expect(throws: (any Error).self) { try await client.set("k", "other") }
        #expect("\(try #require(error))".contains(#"the client sent "other\r\n", where the capture has "value\r\n"#))
    }

    @Test func `playing back depends on the bytes alone, not on their pieces`() throws {
        var capture = Capture()
        for (direction, text) in [
            (Capture.Direction.command, "ab"), (.command, "cd"), (.reply, "1234"), (.command, "e"),
        ] {
            capture.append(direction, Array(text.utf8))
        }
        capture.append(.reply, Array("5".utf8))
        var playback = Playback(capture)
        #expect(playback.read(atMost: 9).isEmpty, "the server waits for the commands")
        try playback.send(Array("a".utf8))
        try playback.send(Array("bcd".utf8))
        #expect(playback.read(atMost: 3) == Array("123".utf8))
        // A client may pipeline what it has waited with when it was recorded.
        try playback.send(Array("e".utf8))
        #expect(playback.read(atMost: 9) == Array("4".utf8))
        #expect(playback.read(atMost: 9) == Array("5".utf8))
        #expect(playback.read(atMost: 9).isEmpty)
        let mismatch = ReplayMismatch(offset: 5, expected: [], sent: Array("f".utf8))
        #expect(throws: mismatch) { try playback.send(Array("f".utf8)) }
        #expect("\(mismatch)" == #"at byte 5 the client sent "f", where the capture has ended"#)
    }

    @Test func `files that don't belong together are no capture`() async throws {
        let capture = try await record()
        let turns = capture.turns.map(\.line).joined(separator: "\n")
        #expect(Capture(commands: capture.commands, replies: capture.replies, turns: turns) == capture)
        for wrong in [turns + "\n> 0 1", "> 0", "? 0 1", "> 1 2", "> -1 5", "> 0 \(Int.max)", "", "ab 0 1"] {
            #expect(Capture(commands: capture.commands, replies: capture.replies, turns: wrong) == nil)
        }
        #expect(Capture(commands: [], replies: [], turns: "") == Capture())
    }

    /// Records what a client says to a server.
    private func record() async throws -> Capture {
        let server = ScriptedServer { command in
            switch command.words {
            case ["GET", "k"]: .bulk("value of k")
            case let words where words[0] == "GET": .null
            default: .ok
            }
        }
        let kept = Kept()
        _ = try await talk(RecordingConnector(connector: server.connector) { { kept.append($0, $1) } })
        return kept.capture
    }

    private func talk(_ connector: some TransportConnector) async throws -> [String?] {
        let client = client(connector)
        defer { client.close() }
        try await client.set("k", "value")
        return [try await client.get("k", as: String.self), try await client.get("nothing", as: String.self)]
    }

    private func client(_ connector: some TransportConnector) -> ValkeyClient {
        ValkeyClient(
            NodeConfiguration(endpoint: .unix(path: "replayed")), environment: ClientEnvironment(connector: connector))
    }
}

/// A capture that grows.
private final class Kept: Sendable {
    private let state = Mutex(Capture())

    var capture: Capture { state.withLock { $0 } }

    func append(_ direction: Capture.Direction, _ bytes: [UInt8]) {
        state.withLock { $0.append(direction, bytes) }
    }
}
