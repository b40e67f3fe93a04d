// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPDecodableTests {
    private func decode<Value: RESPDecodable>(_ encoding: String, as type: Value.Type = Value.self) throws -> Value {
        try RESPFrame(encoding).decode(as: type)
    }

    private func mismatch<Value: RESPDecodable>(_ encoding: String, _ type: Value.Type) -> String? {
        do {
            _ = try RESPFrame(encoding).decode(as: type)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `integers come from integers and from text`() throws {
        #expect(try decode(":42\r\n") == 42)
        #expect(try decode(":-42\r\n") == -42)
        #expect(try decode("$4\r\n+042\r\n") == 42)
        #expect(try decode("$2\r\n42\r\n") == 42)
        #expect(try decode("+42\r\n") == 42)
        #expect(try decode(":9223372036854775807\r\n") == Int64.max)
        #expect(try decode(":-9223372036854775808\r\n") == Int64.min)
        #expect(try decode("$20\r\n18446744073709551615\r\n") == UInt64.max)
        #expect(try decode("(18446744073709551615\r\n") == UInt64.max)
        #expect(try decode(":255\r\n") == UInt8(255))
        #expect(mismatch(":256\r\n", UInt8.self) == "wanted an integer, found the text '256'")
        #expect(mismatch(":-1\r\n", UInt64.self) == "wanted an integer, found the text '-1'")
        #expect(mismatch("$20\r\n-9223372036854775809\r\n", Int64.self) != nil)
        #expect(mismatch("$21\r\n184467440737095516150\r\n", UInt64.self) != nil)
        #expect(mismatch("$3\r\n4.2\r\n", Int.self) == "wanted an integer, found the text '4.2'")
        #expect(mismatch("$0\r\n\r\n", Int.self) == "wanted an integer, found the text ''")
        #expect(mismatch("$1\r\n-\r\n", Int.self) == "wanted an integer, found the text '-'")
        #expect(mismatch("$-1\r\n", Int.self) == "wanted an integer, found null")
    }

    @Test func `doubles come from doubles, integers and text, and nothing hexadecimal`() throws {
        #expect(try decode(",1.5\r\n") == 1.5)
        #expect(try decode(",-1.5e3\r\n") == -1500.0)
        #expect(try decode(":3\r\n") == 3.0)
        #expect(try decode("$4\r\n0.25\r\n") == 0.25)
        #expect(try decode("$4\r\n-inf\r\n") == -Double.infinity)
        #expect(try decode(",inf\r\n") == Double.infinity)
        #expect(try decode(",-nan\r\n", as: Double.self).isNaN)
        #expect(try decode(",-0\r\n", as: Double.self).sign == .minus)
        #expect(try decode(",0.30000000000000004\r\n") == 0.1 + 0.2)
        #expect(mismatch("$5\r\n0x1p3\r\n", Double.self) == "wanted a number, found the text '0x1p3'")
        #expect(mismatch("$2\r\n 1\r\n", Double.self) == "wanted a number, found the text ' 1'")
        #expect(mismatch("*0\r\n", Double.self) == "wanted a number, found a value of kind array")
    }

    @Test func `booleans come from booleans and from 0 and 1`() throws {
        #expect(try decode("#t\r\n") == true)
        #expect(try decode("#f\r\n") == false)
        #expect(try decode(":1\r\n") == true)
        #expect(try decode("$1\r\n0\r\n") == false)
        #expect(mismatch(":2\r\n", Bool.self) == "wanted a boolean, found the text '2'")
        #expect(mismatch("+OK\r\n", Bool.self) == "wanted a boolean, found the text 'OK'")
    }

    @Test func `strings come from every kind of text`() throws {
        for encoding in ["+text\r\n", "$4\r\ntext\r\n", "=8\r\ntxt:text\r\n"] {
            #expect(try decode(encoding) == "text")
            #expect(try decode(encoding) == "text" as RESPBytes)
            #expect(try decode(encoding) == Array("text".utf8))
        }
        #expect(try decode(":12\r\n") == "12")
        #expect(try decode(",1.50\r\n") == "1.50")
        #expect(mismatch("_\r\n", String.self) == "wanted a string, found null")
        let invalid = try RESPFrame(encoded: Array("$2\r\n".utf8) + [0xC3, 0x28, 0x0D, 0x0A])
        #expect(try invalid.decode(as: String.self) == "\u{FFFD}(")
        #expect(try invalid.decode(as: [UInt8].self) == [0xC3, 0x28])
    }

    @Test func `nulls of both protocol versions are nil`() throws {
        for encoding in ["_\r\n", "$-1\r\n", "*-1\r\n", "|1\r\n+a\r\n:1\r\n_\r\n"] {
            #expect(try decode(encoding, as: String?.self) == nil)
            #expect(try decode(encoding, as: [Int]?.self) == nil)
            #expect(try RESPFrame(encoding).isNull)
        }
        #expect(try decode("*3\r\n:1\r\n_\r\n:3\r\n", as: [Int?].self) == [1, nil, 3])
    }

    @Test func `collections come from arrays, sets, pushes and maps`() throws {
        for marker in ["*", "~", ">"] {
            #expect(try decode("\(marker)2\r\n:1\r\n:2\r\n", as: [Int].self) == [1, 2])
            #expect(try decode("\(marker)2\r\n:1\r\n:2\r\n", as: Set<Int>.self) == [1, 2])
        }
        #expect(try decode("%1\r\n+k\r\n+v\r\n", as: [String].self) == ["k", "v"])
        #expect(try decode("%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n", as: [String: Int].self) == ["a": 1, "b": 2])
        #expect(try decode("*4\r\n+a\r\n:1\r\n+b\r\n:2\r\n", as: [String: Int].self) == ["a": 1, "b": 2])
        #expect(try decode("%2\r\n+a\r\n:1\r\n+a\r\n:2\r\n", as: [String: Int].self) == ["a": 2])
        #expect(try decode("*0\r\n", as: [String: Int].self).isEmpty)
        #expect(mismatch("*3\r\n+a\r\n:1\r\n+b\r\n", [String: Int].self) == "wanted a map, found an aggregate of 3")
    }

    @Test func `pairs come in three forms`() throws {
        for encoding in [
            "%2\r\n+a\r\n,1\r\n+b\r\n,2\r\n", "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n",
            "*2\r\n*2\r\n+a\r\n,1\r\n*2\r\n+b\r\n,2\r\n",
        ] {
            let pairs = try RESPFrame(encoding).withReader { reader throws(RESPTypeMismatch) in
                try reader.readPairs(String.self, Double.self)
            }
            #expect(pairs.map(\.0) == ["a", "b"] && pairs.map(\.1) == [1, 2])
        }
    }

    @Test func `a push inside EXEC's array decodes as that element`() throws {
        let frame = try RESPFrame("*3\r\n>3\r\n$9\r\nsubscribe\r\n$1\r\nz\r\n:1\r\n_\r\n$1\r\nv\r\n")
        let elements = try frame.decode(as: [RESPFrame].self)
        #expect(elements.map(\.kind) == [.push, .null, .bulkString])
        #expect(elements[0].isPush && !frame.isPush)
        #expect(try elements[2].decode(as: String.self) == "v")
    }

    @Test func `attributes are passed over wherever they stand, and can be read`() throws {
        let attribute = "|1\r\n+ttl\r\n*2\r\n:1\r\n:2\r\n"
        let frame = try RESPFrame("\(attribute)*2\r\n\(attribute):1\r\n\(attribute)$1\r\n2\r\n")
        #expect(frame.kind == .array)
        #expect(try frame.decode(as: [Int].self) == [1, 2])
        #expect(try frame.decode(as: [RESPFrame].self).map(\.count) == [4, 7])
        let pairs = try frame.withReader { reader throws(RESPTypeMismatch) in
            let pairs = reader.readAttributeHeader()
            _ = try reader.readString()
            reader.skip()
            #expect(reader.readAttributeHeader() == nil)
            #expect(try reader.readArrayHeader() == 2)
            return pairs
        }
        #expect(pairs == 1)
        #expect(try RESPFrame("\(attribute)-ERR x\r\n").errorMessage == "ERR x")
    }

    @Test func `a verbatim string gives its format, an error its bytes, and every value its offset`() throws {
        try RESPFrame("*3\r\n=8\r\ntxt:text\r\n!3\r\nERR\r\n|1\r\n+a\r\n:1\r\n:2\r\n").withReader {
            reader throws(RESPTypeMismatch) in
            _ = try reader.readArrayHeader()
            #expect(reader.offset == 4)
            let verbatim = try reader.readVerbatim()
            #expect(verbatim == ("txt", "text"))
            #expect(reader.readErrorBytes() == "ERR")
            let isAtAttribute = reader.isAtAttribute
            #expect(isAtAttribute && reader.offset == 27)
            #expect(try reader.readInteger() == 2)
            let isAtEnd = reader.isAtEnd
            #expect(isAtEnd && reader.readErrorBytes() == nil)
        }
    }

    @Test func `a mismatch says what, where, and what the server said`() throws {
        let people = "*2\r\n%1\r\n+age\r\n:1\r\n%2\r\n+name\r\n:1\r\n+age\r\n+old\r\n"
        #expect(mismatch(people, [[String: Int]].self) == "wanted an integer at [1].age, found the text 'old'")
        #expect(
            mismatch("*2\r\n:1\r\n-WRONGTYPE no list\r\n", [Int].self)
                == "wanted an integer at [1], found the server's error 'WRONGTYPE no list'")
        #expect(mismatch("!5\r\nERR x\r\n", String.self) == "wanted a string, found the server's error 'ERR x'")
        #expect(mismatch(":1\r\n", [Int].self) == "wanted an array, found a value of kind integer")
        #expect(mismatch("*1\r\n:1\r\n", Pair.self) == "wanted a value of Pair at [1], found the end")
        #expect(mismatch("*3\r\n:1\r\n:2\r\n:3\r\n", ExactPair.self) == "wanted an array of 2, found an aggregate of 3")
    }

    @Test func `types of one's own are read in the order they arrive`() throws {
        let user = try decode(
            "%3\r\n+visits\r\n:3\r\n+extra\r\n*1\r\n%1\r\n:1\r\n:2\r\n+name\r\n+Ann\r\n", as: User.self)
        #expect(user.name == "Ann" && user.visits == 3)
    }
}

private struct User: RESPDecodable {
    var name = ""
    var visits = 0

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        for _ in 0..<(try reader.readMapHeader()) {
            switch try reader.readString() {
            case "name": name = try reader.readString()
            case "visits": visits = try reader.readInteger()
            default: reader.skip()
            }
        }
    }
}

/// Asks for more than there may be.
private struct Pair: RESPDecodable {
    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        _ = try reader.readArrayHeader()
        _ = try reader.readElement(0, as: Int.self)
        guard !reader.isAtEnd else {
            throw RESPTypeMismatch(wanted: "a value of Pair", found: .end).inside(.index(1))
        }
        _ = try reader.readElement(1, as: Int.self)
    }
}

private struct ExactPair: RESPDecodable {
    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        _ = try reader.readPair(Int.self, Int.self)
    }
}
