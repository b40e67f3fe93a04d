// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// A stream of commands: what it is called in failures, its bytes, and the arguments of each, one character per byte.
struct CommandVector: Sendable, CustomTestStringConvertible {
    var name: String
    var stream: String
    var commands: [[String]]

    var bytes: [UInt8] { Array(latin1: stream) }
    var testDescription: String { name }

    init(_ name: String, _ stream: String, _ commands: [[String]]) {
        self.name = name
        self.stream = stream
        self.commands = commands
    }
}

/// A stream that no server takes, with the error it has to be reported as, which is `shift` bytes further on if there are
/// so many in front of the stream.
struct MalformedCommandVector: Sendable, CustomTestStringConvertible {
    var name: String
    var stream: String
    var limits: RESPLimits
    var error: @Sendable (_ shift: Int) -> RESPDecodingError

    var testDescription: String { name }

    init(
        _ name: String, _ stream: String, limits: RESPLimits = .server,
        _ error: @escaping @Sendable (_ shift: Int) -> RESPDecodingError
    ) {
        self.name = name
        self.stream = stream
        self.limits = limits
        self.error = error
    }
}

let validCommandStreams: [CommandVector] = [
    CommandVector("no argument", "*1\r\n$4\r\nPING\r\n", [["PING"]]),
    CommandVector("one argument", "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n", [["GET", "key"]]),
    CommandVector("short last argument", "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", [["GET", "k"]]),
    CommandVector("empty last argument", "*2\r\n$3\r\nGET\r\n$0\r\n\r\n", [["GET", ""]]),
    CommandVector("empty name", "*1\r\n$0\r\n\r\n", [[""]]),
    CommandVector("nothing but empty arguments", "*3\r\n$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n", [["", "", ""]]),
    CommandVector(
        "arguments that look like protocol", "*3\r\n$6\r\n*1\r\n$4\r\n$4\r\n\r\n\r\n\r\n$2\r\n$1\r\n",
        [["*1\r\n$4", "\r\n\r\n", "$1"]]),
    CommandVector(
        "bytes that are no text", "*2\r\n$4\r\nECHO\r\n$4\r\n\0\u{ff}\u{80}\n\r\n", [["ECHO", "\0\u{ff}\u{80}\n"]]),
    CommandVector(
        "ten arguments", "*10\r\n" + (0..<10).map { "$1\r\n\($0)\r\n" }.joined(), [(0..<10).map { String($0) }]),
    CommandVector(
        "lengths of one to three digits",
        "*3\r\n$9\r\n123456789\r\n$10\r\n1234567890\r\n$100\r\n" + String(repeating: "x", count: 100) + "\r\n",
        [["123456789", "1234567890", String(repeating: "x", count: 100)]]),
    CommandVector(
        "a length of four digits", "*1\r\n$1000\r\n" + String(repeating: "x", count: 1000) + "\r\n",
        [[String(repeating: "x", count: 1000)]]),
    CommandVector("a pipeline", "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$1\r\na\r\n", [["PING"], ["ECHO", "a"]]),
    CommandVector(
        "both forms in turn", "PING\r\n*1\r\n$4\r\nPING\r\nGET 'a b'\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
        [["PING"], ["PING"], ["GET", "a b"], ["GET", "k"]]),
    CommandVector(
        "nothing between commands", "\r\n*0\r\n*1\r\n$4\r\nPING\r\n\n*-1\r\n \t\r\nPING\n*0\r\n", [["PING"], ["PING"]]),
    CommandVector(
        "a request of HTTP", "POST / HTTP/1.1\r\nHost: a\r\n", [["POST", "/", "HTTP/1.1"], ["Host:", "a"]]),
]

private let small = RESPLimits(maximumBulkLength: 5, maximumElements: 3, maximumFrameBytes: 36)

let malformedCommandStreams: [MalformedCommandVector] = [
    // What stands where an argument has to start
    MalformedCommandVector("integer", "*1\r\n:4\r\n") { .invalidArgument(byte: 0x3A, offset: $0 + 4) },
    MalformedCommandVector("simple string", "*1\r\n+PING\r\n") { .invalidArgument(byte: 0x2B, offset: $0 + 4) },
    MalformedCommandVector("nested array", "*1\r\n*1\r\n$4\r\nPING\r\n") {
        .invalidArgument(byte: 0x2A, offset: $0 + 4)
    },
    MalformedCommandVector("null", "*1\r\n_\r\n") { .invalidArgument(byte: 0x5F, offset: $0 + 4) },
    MalformedCommandVector("attribute", "*1\r\n|1\r\n+a\r\n+b\r\n") { .invalidArgument(byte: 0x7C, offset: $0 + 4) },
    MalformedCommandVector("text", "*1\r\nPING\r\n") { .invalidArgument(byte: 0x50, offset: $0 + 4) },
    MalformedCommandVector("second argument", "*2\r\n$4\r\nECHO\r\n:1\r\n") {
        .invalidArgument(byte: 0x3A, offset: $0 + 14)
    },
    // Counts
    MalformedCommandVector("count below -1", "*-2\r\n") { .invalidLength(kind: .array, offset: $0 + 2) },
    MalformedCommandVector("count of -10", "*-10\r\n") { .invalidLength(kind: .array, offset: $0 + 3) },
    MalformedCommandVector("count of -0", "*-0\r\n") { .invalidLength(kind: .array, offset: $0 + 2) },
    MalformedCommandVector("two signs", "*--1\r\n") { .invalidLength(kind: .array, offset: $0 + 2) },
    MalformedCommandVector("plus sign", "*+1\r\n$4\r\nPING\r\n") { .invalidLength(kind: .array, offset: $0 + 1) },
    MalformedCommandVector("leading zero", "*01\r\n$4\r\nPING\r\n") { .invalidLength(kind: .array, offset: $0 + 2) },
    MalformedCommandVector("two zeros", "*00\r\n") { .invalidLength(kind: .array, offset: $0 + 2) },
    MalformedCommandVector("no count", "*\r\n") { .invalidLength(kind: .array, offset: $0 + 1) },
    MalformedCommandVector("a sign alone", "*-\r\n") { .invalidLength(kind: .array, offset: $0 + 2) },
    MalformedCommandVector("space before a count", "* 1\r\n") { .invalidLength(kind: .array, offset: $0 + 1) },
    MalformedCommandVector("letter behind a count", "*1x\r\n") { .invalidLength(kind: .array, offset: $0 + 2) },
    MalformedCommandVector("streamed array", "*?\r\n$4\r\nPING\r\n.\r\n") {
        .invalidLength(kind: .array, offset: $0 + 1)
    },
    MalformedCommandVector("count that ends with LF alone", "*1\n$4\nPING\n") {
        .invalidLength(kind: .array, offset: $0 + 2)
    },
    MalformedCommandVector("CR alone behind a count", "*1\rx$4\r\nPING\r\n") { .invalidLineBreak(offset: $0 + 3) },
    MalformedCommandVector("count above the limit", "*4\r\n", limits: small) {
        .tooManyElements(declared: 4, limit: 3, offset: $0)
    },
    MalformedCommandVector("count above the server's limit", "*1048577\r\n") {
        .tooManyElements(declared: 1_048_577, limit: 1_048_576, offset: $0)
    },
    MalformedCommandVector("count of 19 digits", "*1000000000000000000\r\n") {
        .tooManyElements(declared: .max, limit: 1_048_576, offset: $0)
    },
    // Lengths
    MalformedCommandVector("null bulk string", "*1\r\n$-1\r\n") { .invalidLength(kind: .bulkString, offset: $0 + 5) },
    MalformedCommandVector("plus sign of a length", "*1\r\n$+4\r\nPING\r\n") {
        .invalidLength(kind: .bulkString, offset: $0 + 5)
    },
    MalformedCommandVector("leading zero of a length", "*1\r\n$04\r\nPING\r\n") {
        .invalidLength(kind: .bulkString, offset: $0 + 6)
    },
    MalformedCommandVector("no length", "*1\r\n$\r\n\r\n") { .invalidLength(kind: .bulkString, offset: $0 + 5) },
    MalformedCommandVector("streamed string", "*1\r\n$?\r\n;4\r\nPING\r\n") {
        .invalidLength(kind: .bulkString, offset: $0 + 5)
    },
    MalformedCommandVector("length that ends with LF alone", "*1\r\n$4\nPING\r\n") {
        .invalidLength(kind: .bulkString, offset: $0 + 6)
    },
    MalformedCommandVector("CR alone behind a length", "*1\r\n$4\rxPING\r\n") { .invalidLineBreak(offset: $0 + 7) },
    MalformedCommandVector("length above the limit", "*1\r\n$6\r\nfoobar\r\n", limits: small) {
        .bulkTooLong(declared: 6, limit: 5, offset: $0 + 4)
    },
    MalformedCommandVector("length above the server's limit", "*1\r\n$536870913\r\n") {
        .bulkTooLong(declared: 536_870_913, limit: 536_870_912, offset: $0 + 4)
    },
    MalformedCommandVector("length of 19 digits", "*1\r\n$1000000000000000000\r\n") {
        .bulkTooLong(declared: .max, limit: 536_870_912, offset: $0 + 4)
    },
    MalformedCommandVector(
        "length that leaves no room for its own end", "*1\r\n$9\r\n", limits: RESPLimits(maximumFrameBytes: 18)
    ) {
        .frameTooLarge(limit: 18, offset: $0)
    },
    // Payloads' ends
    MalformedCommandVector("payload that is longer than said", "*1\r\n$4\r\nPINGx\r\n") {
        .missingTerminator(offset: $0 + 12)
    },
    MalformedCommandVector("payload that ends with LF alone", "*2\r\n$4\r\nPING\n$1\r\n") {
        .missingTerminator(offset: $0 + 12)
    },
    MalformedCommandVector("CR alone behind a payload", "*1\r\n$4\r\nPING\rx") { .missingTerminator(offset: $0 + 13) },
    // Whole commands
    MalformedCommandVector(
        "command above the limit", "*3\r\n$5\r\nhello\r\n$5\r\nhello\r\n$5\r\nhello\r\n", limits: small
    ) {
        .frameTooLarge(limit: 36, offset: $0)
    },
    // Lines
    MalformedCommandVector("open double quote", "ECHO \"a\r\n") { .unbalancedQuotes(offset: $0) },
    MalformedCommandVector("open single quote", "ECHO 'a\r\n") { .unbalancedQuotes(offset: $0) },
    MalformedCommandVector("escaped quote", "ECHO \"a\\\"\n") { .unbalancedQuotes(offset: $0) },
]
