// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// A stream that is one frame: what it is called in failures, its bytes, and its values printed.
struct ValidVector: Sendable, CustomTestStringConvertible {
    var name: String
    var encoding: String
    var printed: String

    var bytes: [UInt8] { Array(encoding.utf8) }
    var testDescription: String { name }

    init(_ name: String, _ encoding: String, _ printed: String) {
        self.name = name
        self.encoding = encoding
        self.printed = printed
    }
}

/// A stream that breaks a rule, with the error it has to be reported as.
struct MalformedVector: Sendable, CustomTestStringConvertible {
    var name: String
    var encoding: String
    var error: RESPDecodingError

    var bytes: [UInt8] { Array(encoding.utf8) }
    var testDescription: String { name }

    init(_ name: String, _ encoding: String, _ error: RESPDecodingError) {
        self.name = name
        self.encoding = encoding
        self.error = error
    }
}

let validVectors: [ValidVector] = [
    // RESP2
    ValidVector("simple string", "+OK\r\n", #""OK""#),
    ValidVector("empty simple string", "+\r\n", #""""#),
    ValidVector(
        "long simple string", "+a line that is longer than one word\r\n", #""a line that is longer than one word""#),
    ValidVector("simple string of digits", "+12\r\n", #""12""#),
    ValidVector("error", "-ERR unknown command 'foo'\r\n", #"error "ERR unknown command 'foo'""#),
    ValidVector("empty error", "-\r\n", #"error """#),
    ValidVector("integer", ":1000\r\n", "1000"),
    ValidVector("zero", ":0\r\n", "0"),
    ValidVector("negative integer", ":-42\r\n", "-42"),
    ValidVector("integer with plus sign", ":+42\r\n", "+42"),
    ValidVector("largest integer", ":9223372036854775807\r\n", "9223372036854775807"),
    ValidVector("smallest integer", ":-9223372036854775808\r\n", "-9223372036854775808"),
    ValidVector("integer with leading zeros", ":0000000000000000000000000012\r\n", "0000000000000000000000000012"),
    ValidVector("bulk string", "$5\r\nhello\r\n", #""hello""#),
    ValidVector("empty bulk string", "$0\r\n\r\n", #""""#),
    ValidVector("bulk string with line breaks", "$4\r\n\r\n\r\n\r\n", #""\r\n\r\n""#),
    ValidVector("bulk string of two digits' length", "$12\r\nhello, world\r\n", #""hello, world""#),
    ValidVector(
        "bulk string of three digits' length", "$100\r\n\(String(repeating: "x", count: 100))\r\n",
        "\"\(String(repeating: "x", count: 64))\"…"),
    ValidVector(
        "bulk string of four digits' length", "$1000\r\n\(String(repeating: "y", count: 1000))\r\n",
        "\"\(String(repeating: "y", count: 64))\"…"),
    ValidVector("null bulk string", "$-1\r\n", "null"),
    ValidVector("null array", "*-1\r\n", "null"),
    ValidVector("empty array", "*0\r\n", "[]"),
    ValidVector("array", "*2\r\n$5\r\nhello\r\n:7\r\n", #"["hello", 7]"#),
    ValidVector("array with nulls", "*3\r\n$1\r\na\r\n$-1\r\n*-1\r\n", #"["a", null, null]"#),
    ValidVector("nested arrays", "*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n*0\r\n", "[[1, 2], [[]]]"),
    ValidVector("array that ends with nested arrays", "*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "[[[[1]]]]"),
    ValidVector(
        "array of twelve", "*12\r\n" + String(repeating: ":1\r\n", count: 12),
        "[\(Array(repeating: "1", count: 12).joined(separator: ", "))]"),
    // RESP3
    ValidVector("null", "_\r\n", "null"),
    ValidVector("true", "#t\r\n", "t"),
    ValidVector("false", "#f\r\n", "f"),
    ValidVector("double", ",1.5\r\n", "1.5"),
    ValidVector("double without fraction", ",10\r\n", "10"),
    ValidVector("double with exponent", ",-1.5e+300\r\n", "-1.5e+300"),
    ValidVector("double with capital exponent", ",1E5\r\n", "1E5"),
    ValidVector("infinity", ",inf\r\n", "inf"),
    ValidVector("negative infinity", ",-inf\r\n", "-inf"),
    ValidVector("not a number", ",nan\r\n", "nan"),
    ValidVector(
        "big number", "(3492890328409238509324850943850943825024385\r\n", "3492890328409238509324850943850943825024385"),
    ValidVector("negative big number", "(-1\r\n", "-1"),
    ValidVector("bulk error", "!21\r\nSYNTAX invalid syntax\r\n", #"error "SYNTAX invalid syntax""#),
    ValidVector("verbatim string", "=15\r\ntxt:Some string\r\n", #""Some string""#),
    ValidVector("empty verbatim string", "=4\r\nmkd:\r\n", #""""#),
    ValidVector("map", "%2\r\n+first\r\n:1\r\n+second\r\n*1\r\n:2\r\n", #"{"first": 1, "second": [2]}"#),
    ValidVector("empty map", "%0\r\n", "{}"),
    ValidVector("map whose key is a map", "%1\r\n%1\r\n:1\r\n:2\r\n:3\r\n", "{{1: 2}: 3}"),
    ValidVector("set", "~3\r\n:1\r\n+a\r\n#t\r\n", #"set[1, "a", t]"#),
    ValidVector("empty set", "~0\r\n", "set[]"),
    ValidVector("push", ">3\r\n+message\r\n+news\r\n$2\r\nhi\r\n", #"push["message", "news", "hi"]"#),
    ValidVector(
        "push inside an array counts", "*2\r\n>3\r\n+subscribe\r\n+z\r\n:1\r\n_\r\n",
        #"[push["subscribe", "z", 1], null]"#),
    ValidVector("attribute before a reply", "|1\r\n+ttl\r\n:3600\r\n$1\r\nv\r\n", #""v""#),
    ValidVector("empty attribute", "|0\r\n:1\r\n", "1"),
    ValidVector("two attributes", "|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n:2\r\n:3\r\n", "3"),
    ValidVector("attribute inside an array", "*3\r\n:1\r\n:2\r\n|1\r\n+ttl\r\n:3600\r\n:3\r\n", "[1, 2, 3]"),
    ValidVector("attribute before a map's value", "%1\r\n+k\r\n|1\r\n+a\r\n*1\r\n:9\r\n+v\r\n", #"{"k": "v"}"#),
    ValidVector("attribute inside an attribute", "|1\r\n+a\r\n|1\r\n+b\r\n:1\r\n:2\r\n*1\r\n:3\r\n", "[3]"),
    ValidVector("attribute as first element", "*1\r\n|1\r\n+a\r\n:1\r\n*0\r\n", "[[]]"),
]

let malformedVectors: [MalformedVector] = [
    MalformedVector("unknown marker", "@1\r\n", .unknownKind(byte: 0x40, offset: 0)),
    MalformedVector("unknown marker inside", "*2\r\n:1\r\nx\r\n", .unknownKind(byte: 0x78, offset: 8)),
    MalformedVector("line break in place of a marker", "\r\n", .unknownKind(byte: 0x0D, offset: 0)),
    MalformedVector("inline command", "PING\r\n", .unknownKind(byte: 0x50, offset: 0)),
    // Lengths
    MalformedVector("length with plus sign", "$+3\r\nfoo\r\n", .invalidLength(kind: .bulkString, offset: 1)),
    MalformedVector("length with leading zero", "$03\r\nfoo\r\n", .invalidLength(kind: .bulkString, offset: 2)),
    MalformedVector("length of two zeros", "*00\r\n", .invalidLength(kind: .array, offset: 2)),
    MalformedVector("length without digits", "$\r\n\r\n\r\n\r\n\r\n", .invalidLength(kind: .bulkString, offset: 1)),
    MalformedVector("length that is no number", "$abc\r\nabcdefgh", .invalidLength(kind: .bulkString, offset: 1)),
    MalformedVector("length with garbage", "*12a\r\n:1\r\n:1\r\n", .invalidLength(kind: .array, offset: 3)),
    MalformedVector("length with space", "$3 \r\nfoo\r\n", .invalidLength(kind: .bulkString, offset: 2)),
    MalformedVector("length of minus two", "$-2\r\n", .invalidLength(kind: .bulkString, offset: 2)),
    MalformedVector("length of minus ten", "*-10\r\n", .invalidLength(kind: .array, offset: 3)),
    MalformedVector("minus one with a zero", "$-01\r\n", .invalidLength(kind: .bulkString, offset: 2)),
    MalformedVector("minus alone", "$-\r\n", .invalidLength(kind: .bulkString, offset: 2)),
    MalformedVector("two minus signs", "$--1\r\n", .invalidLength(kind: .bulkString, offset: 2)),
    MalformedVector("null map", "%-1\r\n", .invalidLength(kind: .map, offset: 1)),
    MalformedVector("null set", "~-1\r\n", .invalidLength(kind: .set, offset: 1)),
    MalformedVector("null push", ">-1\r\n", .invalidLength(kind: .push, offset: 1)),
    MalformedVector("null attribute", "|-1\r\n:1\r\n", .invalidLength(kind: .attribute, offset: 1)),
    MalformedVector("null bulk error", "!-1\r\n", .invalidLength(kind: .bulkError, offset: 1)),
    MalformedVector("null verbatim string", "=-1\r\n", .invalidLength(kind: .verbatimString, offset: 1)),
    MalformedVector("length ended by line feed alone", "$3\nfoo\r\n\r\n", .invalidLength(kind: .bulkString, offset: 2)),
    MalformedVector("length ended by carriage return alone", "$3\rfoo\r\n", .invalidLineBreak(offset: 3)),
    MalformedVector(
        "length beyond 64 bits", "$99999999999999999999\r\n", .bulkTooLong(declared: .max, limit: 512 << 20, offset: 0)),
    MalformedVector(
        "length that would overflow with its CRLF", "$9223372036854775807\r\n",
        .bulkTooLong(declared: .max, limit: 512 << 20, offset: 0)),
    MalformedVector(
        "map count that overflows when doubled", "%4611686018427387904\r\n",
        .tooManyElements(declared: .max, limit: 1 << 28, offset: 0)),
    MalformedVector(
        "attribute count that overflows when doubled", "|9223372036854775807\r\n",
        .tooManyElements(declared: .max, limit: 1 << 28, offset: 0)),
    MalformedVector(
        "array above the limit", ":1\r\n*268435457\r\n",
        .tooManyElements(declared: 268_435_457, limit: 1 << 28, offset: 4)),
    MalformedVector(
        "bulk above the limit", "$536870913\r\n", .bulkTooLong(declared: 536_870_913, limit: 512 << 20, offset: 0)),
    // Ends of payloads
    MalformedVector("payload longer than announced", "$3\r\nfooXY\r\n", .missingTerminator(offset: 7)),
    MalformedVector("payload followed by carriage return alone", "$3\r\nfoo\rY", .missingTerminator(offset: 8)),
    MalformedVector("payload followed by line feeds", "$3\r\nfoo\n\n", .missingTerminator(offset: 7)),
    MalformedVector("empty payload followed by a reply", "$0\r\n+OK\r\n+OK\r\n", .missingTerminator(offset: 4)),
    MalformedVector("verbatim string without format", "=5\r\nhello\r\n", .invalidVerbatimFormat(offset: 7)),
    MalformedVector(
        "verbatim string shorter than its format", "=3\r\ntxt\r\n", .invalidLength(kind: .verbatimString, offset: 1)),
    // Lines
    MalformedVector("simple string ended by line feed alone", "+OK\n+OK\r\n", .invalidLineBreak(offset: 3)),
    MalformedVector("simple string with carriage return inside", "+a\rb\r\n", .invalidLineBreak(offset: 3)),
    MalformedVector("error with line feed inside", "-ERR one\ntwo\r\n", .invalidLineBreak(offset: 8)),
    MalformedVector("two carriage returns", "+OK\r\r\n+OK\r\n", .invalidLineBreak(offset: 4)),
    // Numbers
    MalformedVector("integer without digits", ":\r\n", .invalidValue(kind: .integer, offset: 1)),
    MalformedVector("integer that is only a sign", ":-\r\n:1\r\n:1\r\n", .invalidValue(kind: .integer, offset: 2)),
    MalformedVector("integer with two signs", ":--1\r\n:1\r\n", .invalidValue(kind: .integer, offset: 2)),
    MalformedVector("integer with a letter", ":12a4\r\n:1\r\n", .invalidValue(kind: .integer, offset: 3)),
    MalformedVector("integer with a point", ":1.5\r\n", .invalidValue(kind: .integer, offset: 2)),
    MalformedVector("integer ended by line feed alone", ":12\n:1\r\n:1\r\n", .invalidValue(kind: .integer, offset: 3)),
    MalformedVector("integer one too large", ":9223372036854775808\r\n", .integerOverflow(offset: 19)),
    MalformedVector("integer one too small", ":-9223372036854775809\r\n", .integerOverflow(offset: 20)),
    MalformedVector("integer of twenty digits", ":18446744073709551616\r\n", .integerOverflow(offset: 20)),
    MalformedVector("big number with a letter", "(12x\r\n", .invalidValue(kind: .bigNumber, offset: 3)),
    MalformedVector("big number without digits", "(\r\n", .invalidValue(kind: .bigNumber, offset: 1)),
    MalformedVector("hexadecimal double", ",0x1p3\r\n", .invalidValue(kind: .double, offset: 2)),
    MalformedVector("double with garbage", ",1.5abc\r\n", .invalidValue(kind: .double, offset: 4)),
    MalformedVector("double with NUL", ",1.5\u{0}\r\n", .invalidValue(kind: .double, offset: 4)),
    MalformedVector("double without digits", ",\r\n", .invalidValue(kind: .double, offset: 1)),
    MalformedVector("double without integral part", ",.5\r\n", .invalidValue(kind: .double, offset: 1)),
    MalformedVector("double with empty fraction", ",1.\r\n", .invalidValue(kind: .double, offset: 3)),
    MalformedVector("double with empty exponent", ",1e\r\n", .invalidValue(kind: .double, offset: 3)),
    MalformedVector("infinity, misspelt", ",infinity\r\n", .invalidValue(kind: .double, offset: 4)),
    MalformedVector("double in white space", ", 1\r\n", .invalidValue(kind: .double, offset: 1)),
    MalformedVector("boolean other than t or f", "#1\r\n", .invalidValue(kind: .boolean, offset: 1)),
    MalformedVector("boolean of two letters", "#tf\r\n", .invalidValue(kind: .boolean, offset: 2)),
    MalformedVector("empty boolean", "#\r\n", .invalidValue(kind: .boolean, offset: 1)),
    MalformedVector("null with text", "_x\r\n", .invalidValue(kind: .null, offset: 1)),
    // Streamed types, and offsets that count from the stream's start
    MalformedVector(
        "streamed string", "$?\r\n;4\r\nHell\r\n;0\r\n", .streamedTypeNotSupported(kind: .bulkString, offset: 0)),
    MalformedVector("streamed array", "+OK\r\n*?\r\n:1\r\n.\r\n", .streamedTypeNotSupported(kind: .array, offset: 5)),
    MalformedVector("second frame malformed", "$5\r\nhello\r\n*1\r\n$2\r\nabc\r\n", .missingTerminator(offset: 21)),
]
