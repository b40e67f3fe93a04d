// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import CommandCatalog
internal import Foundation
internal import RESPCodec
internal import Transport

/// Asks a running server for its commands.
enum Capture {
    /// Why there is no catalogue.
    enum Failure: Error {
        case notAnEndpoint(String)
        case connectionClosed
        case refused(String)
    }

    /// Writes the catalogue of the server at `endpoint` to the file `output`.
    static func run(endpoint: String, output: String) async throws {
        let catalogue = try await catalogue(endpoint: endpoint)
        try catalogue.json().write(to: URL(filePath: output))
        print("\(catalogue.server) \(catalogue.version): \(catalogue.commands.count) commands")
    }

    /// What the server at `endpoint` says of its commands.
    static func catalogue(endpoint: String) async throws -> Catalogue {
        guard let colon = endpoint.lastIndex(of: ":"), let port = Int(endpoint[endpoint.index(after: colon)...]) else {
            throw Failure.notAnEndpoint(endpoint)
        }
        let host = String(endpoint[..<colon])
        let transport = try await SocketConnector().connect(to: .tcp(host: host, port: port))
        defer { transport.close() }
        let replies = try await replies(to: [["COMMAND"], ["COMMAND", "DOCS"], ["INFO", "server"]], over: transport)
        for reply in replies {
            if let message = reply.errorMessage { throw Failure.refused(message) }
        }
        return try Catalogue(command: replies[0], documents: replies[1], info: replies[2])
    }

    /// Sends the commands in one go and waits for as many replies.
    private static func replies(
        to commands: [[String]], over transport: any ReadinessTransport
    ) async throws -> [RESPFrame] {
        let (ready, continuation) = AsyncStream.makeStream(of: Void.self)
        transport.setReadinessHandler { _ in continuation.yield() }
        var events = ready.makeAsyncIterator()
        var encoder = CommandEncoder()
        for command in commands {
            encoder.command(command.count)
            for word in command { encoder.bulk(word) }
        }
        while !encoder.isEmpty {
            let sent = try transport.tryWrite(encoder.span)
            encoder.removeFirst(sent)
            if sent == 0 {
                transport.arm(.writable)
                await events.next()
            }
        }
        var decoder = RESPDecoder()
        var replies: [RESPFrame] = []
        while replies.count < commands.count {
            if let frame = try decoder.next() {
                replies.append(frame)
                continue
            }
            let result = try decoder.receive { buffer throws(TransportError) in try transport.tryRead(into: &buffer) }
            switch result {
            case .bytes: continue
            case .endOfStream: throw Failure.connectionClosed
            case .wouldBlock:
                transport.arm(.readable)
                await events.next()
            }
        }
        return replies
    }
}
