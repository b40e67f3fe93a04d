// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPDecodableValuesTests {
    private func decode<Value: RESPDecodable>(_ encoding: String, as type: Value.Type = Value.self) throws -> Value {
        try RESPFrame(encoding).decode(as: type)
    }

    @Test func `pairs are a collection in the order received, with keys that repeat`() throws {
        let pairs = try decode("%3\r\n+b\r\n:1\r\n+a\r\n:2\r\n+b\r\n:3\r\n", as: RESPPairs<String, Int>.self)
        #expect(pairs == ["b": 1, "a": 2, "b": 3] && pairs != ["a": 2, "b": 1, "b": 3] && pairs.count == 3)
        #expect(pairs.map(\.key) == ["b", "a", "b"] && pairs[2].value == 3 && pairs.last?.key == "b")
        #expect(pairs.value(forKey: "b") == 1 && pairs.value(forKey: "c") == nil)
        #expect(Set([pairs, ["b": 1, "a": 2, "b": 3], [:]]).count == 2)
        var others = RESPPairs(zip(["b", "a"], [1, 2]))
        others.append("b", 3)
        #expect(others == pairs && RESPPairs<String, Int>().isEmpty)
        for encoding in ["*2\r\n*2\r\n+a\r\n:1\r\n*2\r\n+b\r\n:2\r\n", "*4\r\n+a\r\n:1\r\n+b\r\n:2\r\n"] {
            #expect(try decode(encoding) == ["a": 1, "b": 2] as RESPPairs)
        }
        #expect(try decode("*0\r\n") == [:] as RESPPairs<Int, Int>)
    }

    @Test func `verbatim strings keep their format, other strings are plain text`() throws {
        #expect(try decode("=8\r\nmkd:# hi\r\n") == RESPVerbatimString("# hi", format: "mkd"))
        #expect(try decode("$4\r\n# hi\r\n") == RESPVerbatimString("# hi"))
        #expect(try decode("=4\r\ntxt:\r\n") == RESPVerbatimString(""))
    }

    @Test func `attributed values have what stands before each of them, wherever that is`() throws {
        let encoding = "|1\r\n+all\r\n#t\r\n*3\r\n:1\r\n|2\r\n+ttl\r\n:3600\r\n+ttl\r\n:0\r\n:2\r\n:3\r\n"
        let values = try decode(encoding, as: RESPAttributed<[RESPAttributed<Int>]>.self)
        #expect(values.attributes.count == 1)
        #expect(try values.attribute("all", as: Bool.self) == true)
        #expect(values.value.map(\.value) == [1, 2, 3])
        #expect(values.value.map(\.attributes.count) == [0, 2, 0])
        #expect(try values.value[1].attribute("ttl", as: Int.self) == 3600)
        #expect(try values.value[1].attribute("none", as: Int.self) == nil)
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .text("t"), path: [.key("all")])) {
            try values.attribute("all", as: Int.self)
        }
        #expect(try decode(":1\r\n") == RESPAttributed(1))
        #expect(throws: RESPTypeMismatch(wanted: "a string", found: .kind(.null))) {
            try decode("|1\r\n_\r\n:1\r\n:2\r\n", as: RESPAttributed<Int>.self)
        }
    }

    @Test func `what EXEC answers is values and errors side by side, pushes among them`() throws {
        let encoding = "*4\r\n:1\r\n-WRONGTYPE no list\r\n!5\r\nERR x\r\n>2\r\n+m\r\n:5\r\n"
        let results = try decode(encoding, as: [Result<RESPFrame, Refusal>].self)
        #expect(results[0] == .success(try RESPFrame(":1\r\n")))
        #expect(results[1] == .failure(Refusal(message: "WRONGTYPE no list")))
        #expect(results[2] == .failure(Refusal(message: "ERR x")))
        #expect(try results[3].get().isPush)
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .kind(.push), path: [.index(3)])) {
            try decode(encoding, as: [Result<Int, Refusal>].self)
        }
        #expect(
            throws: RESPTypeMismatch(wanted: "an integer", found: .serverError("ERR y"), path: [.index(0), .index(1)])
        ) {
            try decode("*1\r\n*2\r\n:1\r\n-ERR y\r\n", as: [Result<[Int], Refusal>].self)
        }
    }

    @Test func `raw values decode by themselves, and unknown ones are a mismatch`() throws {
        #expect(try decode("*2\r\n+master\r\n$7\r\nreplica\r\n", as: [Role].self) == [.primary, .replica])
        #expect(throws: RESPTypeMismatch(wanted: "a known value", found: .text("judge"), path: [.index(0)])) {
            try decode("*1\r\n+judge\r\n", as: [Role].self)
        }
        #expect(throws: RESPTypeMismatch(wanted: "a known value", found: .text("8"))) {
            try decode("|1\r\n+a\r\n:1\r\n:8\r\n", as: Digit.self)
        }
        #expect(throws: RESPTypeMismatch(wanted: "a known value", found: .kind(.array))) {
            try decode("*1\r\n:1\r\n", as: Never7.self)
        }
        #expect(try decode(":5\r\n", as: Flags.self) == [.first, .third])
    }

    @Test func `arrays of a fixed count and contiguous arrays are arrays`() throws {
        let point = try decode("*3\r\n:1\r\n:2\r\n:3\r\n", as: InlineArray<3, Int>.self)
        #expect(point[0] == 1 && point[2] == 3)
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .text("x"), path: [.index(1)])) {
            try decode("*2\r\n:1\r\n+x\r\n", as: InlineArray<2, Int>.self)
        }
        #expect(try decode("$2\r\nhi\r\n", as: ContiguousArray<UInt8>.self) == [0x68, 0x69])
        #expect(try decode("*2\r\n:1\r\n:2\r\n", as: ContiguousArray<Int>.self) == [1, 2])
    }

    @Test func `a type that contains itself is read level by level`() throws {
        let directory = try decode("%2\r\n+name\r\n+a\r\n+inner\r\n%1\r\n+name\r\n+b\r\n", as: Directory.self)
        #expect(directory.name == "a" && directory.inner.map(\.name) == ["b"])
        let mismatch = RESPTypeMismatch(
            wanted: "a string", found: .kind(.null), path: [.key("inner"), .key("inner"), .key("name")])
        #expect(throws: mismatch) {
            try decode("%1\r\n+inner\r\n%1\r\n+inner\r\n%1\r\n+name\r\n_\r\n", as: Directory.self)
        }
    }
}

private enum Role: String, RESPDecodable {
    case primary = "master"
    case replica
}

private struct Never7: RawRepresentable, RESPDecodable {
    let rawValue: [Int]

    init?(rawValue: [Int]) { return nil }
}

private struct Flags: OptionSet, RESPDecodable {
    let rawValue: Int

    static let first = Flags(rawValue: 1)
    static let third = Flags(rawValue: 4)
}

private struct Directory: RESPDecodable {
    var name = ""
    var inner: [Directory] = []

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "name": name = try reader.read()
            case "inner": inner = [try reader.read()]
            default: break
            }
        }
    }
}
