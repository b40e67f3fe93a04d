// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ExampleSupport
internal import RESPCodec

/// What a client has sent on one connection.
struct CommandCapture: ~Copyable {
    let file: File
    private var decoder = RESPCommandDecoder(limits: .trusted)

    init?(path: String) {
        guard let file = File(reading: path) else { return nil }
        self.file = file
    }

    /// The next command; nil behind the last complete one.
    mutating func next() throws(RESPDecodingError) -> RESPCommand? {
        while true {
            if let command = try decoder.next() { return command }
            guard decoder.receive({ output in file.read(into: &output) }) else { return nil }
        }
    }
}

/// What a server has sent on it.
struct ReplyCapture: ~Copyable {
    let file: File
    private var decoder = RESPDecoder(limits: .trusted)

    init?(path: String) {
        guard let file = File(reading: path) else { return nil }
        self.file = file
    }

    /// The next reply or push; nil behind the last complete one.
    mutating func next() throws(RESPDecodingError) -> RESPFrame? {
        while true {
            if let frame = try decoder.next() { return frame }
            guard decoder.receive({ output in file.read(into: &output) }) else { return nil }
        }
    }
}
