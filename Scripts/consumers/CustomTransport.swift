// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// What somebody does who carries connections over a medium of their own: here a "server" that is a few lines of this process.

import Commands
import Pipeline
import RESPCodec
import Synchronization
import Transport

/// Answers HELLO and PING; every other command is fine with it.
final class Echo: ByteTransport {
    private let replies: AsyncStream<[UInt8]>
    private let sender: AsyncStream<[UInt8]>.Continuation
    private let decoder = Mutex(RESPDecoder())

    init() { (replies, sender) = AsyncStream.makeStream() }

    func read(into buffer: inout OutputSpan<UInt8>) async throws {
        for await reply in replies {
            for byte in reply { buffer.append(byte) }
            return
        }
    }

    func write(_ bytes: Span<UInt8>) async throws {
        var frames: [RESPFrame] = []
        try decoder.withLock { decoder in
            decoder.append(bytes)
            while let frame = try decoder.next() { frames.append(frame) }
        }
        for frame in frames { sender.yield(Array(answer(to: try frame.decode(as: [String].self)).utf8)) }
    }

    private func answer(to command: [String]) -> String {
        switch command.first?.uppercased() {
        case "HELLO": "%1\r\n+proto\r\n:3\r\n"
        case "PING": "$\(command[1].utf8.count)\r\n\(command[1])\r\n"
        default: "+OK\r\n"
        }
    }

    func finishWriting() async throws { sender.finish() }
    func close() { sender.finish() }
}

struct EchoConnector: TransportConnector {
    func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport { ByteTransportAdapter(Echo()) }
}

@main struct CustomTransport {
    static func main() async throws {
        let client = NodeClient(
            NodeConfiguration(endpoint: .unix(path: "nowhere")),
            environment: ClientEnvironment(connector: EchoConnector()))
        let answer = try await client.execute(RawCommand("PING", "over here", as: String.self))
        client.close()
        guard answer == "over here" else { fatalError("a wrong answer: \(answer)") }
        print("a transport of our own answered: \(answer)")
    }
}
