// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation
import RESPCodec

/// A connection for tests' own questions to a server: one command at a time, on the calling thread.
///
/// It shares nothing but the codec with what is tested, so that a faulty client can't hide behind it.
struct BlockingConnection: ~Copyable {
    private let descriptor: Int32
    private var decoder = RESPDecoder()

    /// Connects to a port of the loopback address.
    ///
    /// - Throws: `TestServerError.system`, with `ECONNREFUSED` while nobody listens.
    init(port: Int) throws {
        descriptor = try Self.connect(port: port)
    }

    deinit { close(descriptor) }

    /// Sends a command and returns its reply, an error reply too.
    ///
    /// - Throws: `TestServerError`; also after ten seconds without an answer.
    mutating func ask(_ words: [String]) throws -> RESPFrame {
        var command = CommandEncoder()
        command.command(words.count)
        for word in words { command.bulk(word) }
        try Self.sendAll(command.span, to: descriptor)
        while true {
            if let frame = try decoder.next() { return frame }
            let received = try Self.receive(from: descriptor)
            if received.isEmpty { throw TestServerError.brokenReply("the server closed the connection") }
            decoder.append(received.span)
        }
    }
}
