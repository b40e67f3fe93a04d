// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// Replies of every type, in both versions, against literal bytes.
@Suite struct ReplyEncoderTests {
    private func expect(
        _ resp3: String, _ resp2: String, at location: SourceLocation = #_sourceLocation,
        _ write: (inout ReplyEncoder) -> Void
    ) {
        #expect(String(decoding: reply(.resp3, write), as: UTF8.self) == resp3, sourceLocation: location)
        #expect(String(decoding: reply(.resp2, write), as: UTF8.self) == resp2, sourceLocation: location)
    }

    /// A reply that is the same in both versions.
    private func expect(
        _ both: String, at location: SourceLocation = #_sourceLocation, _ write: (inout ReplyEncoder) -> Void
    ) {
        expect(both, both, at: location, write)
    }

    @Test func `what RESP2 has is the same in both versions`() {
        expect("+OK\r\n") { $0.simpleString("OK") }
        expect("+\r\n") { $0.simpleString("") }
        expect("-ERR unknown command\r\n") { $0.error(code: "ERR", "unknown command") }
        expect("-MOVED 3999 127.0.0.1:6381\r\n") { $0.error("MOVED 3999 127.0.0.1:6381") }
        expect(":0\r\n:-1\r\n:9223372036854775807\r\n:-9223372036854775808\r\n:255\r\n") {
            $0.integer(0)
            $0.integer(-1)
            $0.integer(Int64.max)
            $0.integer(Int64.min)
            $0.integer(UInt8.max)
        }
        expect("*2\r\n*0\r\n$1\r\na\r\n") {
            $0.arrayHeader(2)
            $0.arrayHeader(0)
            $0.bulkString("a")
        }
        expect("+PONG\r\n:1\r\n") {
            $0.literal("+PONG\r\n")
            $0.raw(Array(":1\r\n".utf8).span)
        }
    }

    @Test func `bulk strings are made of text, bytes and numbers`() {
        let long = String(repeating: "é", count: 600)
        expect("$5\r\ncafé\r\n$0\r\n\r\n$1200\r\n\(long)\r\n") {
            $0.bulkString("café")
            $0.bulkString("")
            $0.bulkString(long)
        }
        expect("$2\r\nab\r\n$2\r\nab\r\n$2\r\nab\r\n$2\r\nab\r\n$2\r\nab\r\n") {
            $0.bulkString([0x61, 0x62])
            $0.bulkString(Array("ab".utf8).span)
            $0.bulkString("ab" as StaticString)
            $0.bulkString(RESPBytes("ab"))
            $0.bulkString("abc".dropLast())
        }
        expect("$2\r\n-7\r\n$20\r\n18446744073709551615\r\n$40\r\n\(Int128.min)\r\n") {
            $0.bulkString(-7)
            $0.bulkString(UInt64.max)
            $0.bulkString(Int128.min)
        }
    }

    @Test func `nulls, booleans and doubles`() {
        expect("_\r\n", "$-1\r\n") { $0.null() }
        expect("_\r\n", "*-1\r\n") { $0.nullArray() }
        expect("#t\r\n#f\r\n", ":1\r\n:0\r\n") {
            $0.boolean(true)
            $0.boolean(false)
        }
        expect(",3.141\r\n,10\r\n,-0\r\n,1e-7\r\n", "$5\r\n3.141\r\n$2\r\n10\r\n$2\r\n-0\r\n$4\r\n1e-7\r\n") {
            $0.double(3.141)
            $0.double(10)
            $0.double(-0.0)
            $0.double(1e-7)
        }
        expect(",inf\r\n,-inf\r\n,nan\r\n", "$3\r\ninf\r\n$4\r\n-inf\r\n$3\r\nnan\r\n") {
            $0.double(.infinity)
            $0.double(-.infinity)
            $0.double(.nan)
        }
    }

    @Test func `integers that Int64 can't hold are big numbers`() {
        expect("(9223372036854775808\r\n", "$19\r\n9223372036854775808\r\n") { $0.integer(UInt64(1) << 63) }
        expect("(\(Int128.min)\r\n", "$40\r\n\(Int128.min)\r\n") { $0.integer(Int128.min) }
        expect(":-5\r\n") { $0.integer(-5 as Int128) }
    }

    @Test func `big numbers have any size`() throws {
        let text = "-1234567999999999999999999999999999999"
        let number = try #require(RESPBigNumber(text))
        expect("(\(text)\r\n", "$38\r\n\(text)\r\n") { $0.bigNumber(number) }
        expect("(0\r\n(-1\r\n", "$1\r\n0\r\n$2\r\n-1\r\n") {
            $0.bigNumber(0)
            $0.bigNumber(Int64(-1))
        }
    }

    @Test func `verbatim strings lose their format in RESP2`() {
        expect("=8\r\ntxt:a\r\nb\r\n", "$4\r\na\r\nb\r\n") { $0.verbatimString("a\r\nb") }
        expect("=5\r\nmkd:x\r\n", "$1\r\nx\r\n") { $0.verbatimString("x", format: "mkd") }
        expect("=4\r\n   :\r\n", "$0\r\n\r\n") { $0.verbatimString("", format: "") }
        // As the server does with what a script gives it.
        expect("=5\r\nmar:x\r\n", "$1\r\nx\r\n") { $0.verbatimString("x", format: "markdown") }
        expect("=5\r\na  :x\r\n", "$1\r\nx\r\n") { $0.verbatimString("x", format: "a") }
    }

    @Test func `aggregates are arrays in RESP2, maps twice as long`() {
        expect("%1\r\n+a\r\n:1\r\n%0\r\n", "*2\r\n+a\r\n:1\r\n*0\r\n") {
            $0.mapHeader(1)
            $0.simpleString("a")
            $0.integer(1)
            $0.mapHeader(0)
        }
        expect("~2\r\n:1\r\n:2\r\n", "*2\r\n:1\r\n:2\r\n") {
            $0.setHeader(2)
            $0.integer(1)
            $0.integer(2)
        }
        expect(">1\r\n+x\r\n", "*1\r\n+x\r\n") {
            $0.pushHeader(1)
            $0.simpleString("x")
        }
        expect("%50\r\n%12345\r\n", "*100\r\n*24690\r\n") {
            $0.mapHeader(50)
            $0.mapHeader(12_345)
        }
    }

    @Test func `an attribute is left out of RESP2 with all that is in it`() {
        expect("*1\r\n|1\r\n+ttl\r\n|0\r\n%1\r\n:1\r\n#t\r\n:2\r\n", "*1\r\n:2\r\n") {
            $0.arrayHeader(1)
            $0.attribute(1) {
                $0.simpleString("ttl")
                $0.attribute(0) { _ in }
                $0.mapHeader(1)
                $0.integer(1)
                $0.boolean(true)
            }
            $0.integer(2)
        }
    }

    @Test func `what the body of an attribute throws comes out`() {
        struct Failure: Error {}
        var encoder = ReplyEncoder(version: .resp3)
        var thrown = false
        do throws(Failure) {
            try encoder.attribute(1) { _ throws(Failure) in throw Failure() }
        } catch { thrown = true }
        #expect(thrown)
    }

    @Test func `no text can end its line`() {
        expect("-ERR a  b c\r\n") { $0.error("ERR a\r\nb\nc") }
        expect("-ERR+  x +OK  \r\n") { $0.error(code: "ERR+\r", "x\n+OK\r\n") }
        expect("+a  b\r\n") { $0.simpleString("a\r\nb") }
        expect("+  \r\n") { $0.simpleString(Array("\r\n".utf8).span) }
        expect("- \r\n") { $0.error(Array("\n".utf8).span) }
    }

    @Test func `a bulk error keeps its bytes in RESP3 and becomes a line in RESP2`() {
        expect("!14\r\nERR line\r\nnext\r\n", "-ERR line  next\r\n") { $0.bulkError(code: "ERR", "line\r\nnext") }
        expect("!2\r\n\r\n\r\n", "-  \r\n") { $0.bulkError(Array("\r\n".utf8).span) }
    }

    @Test func `the version may change between replies`() {
        var encoder = ReplyEncoder()
        encoder.null()
        encoder.version = .resp3
        encoder.null()
        encoder.version = .resp2
        encoder.boolean(true)
        #expect(String(RESPBytes(encoder.span)) == "$-1\r\n_\r\n:1\r\n")
    }

    @Test func `what has been written can be taken from the front and the back`() {
        var encoder = ReplyEncoder(version: .resp3, capacity: 1)
        encoder.simpleString("first")
        let mark = encoder.count
        encoder.bulkString("second")
        encoder.truncate(to: mark)
        encoder.removeFirst(1)
        #expect(String(RESPBytes(encoder.span)) == "first\r\n")
        encoder.removeAll()
        let isEmpty = encoder.isEmpty
        #expect(isEmpty)
        encoder.null()
        #expect(String(RESPBytes(encoder.span)) == "_\r\n")
    }
}
