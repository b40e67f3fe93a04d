// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPReaderTests {
    private func read<R>(
        _ encoding: String, _ body: (inout RESPReader) throws(RESPTypeMismatch) -> R
    ) throws -> R {
        try RESPFrame(encoding).withReader { reader throws(RESPTypeMismatch) in
            let result = try body(&reader)
            let isAtEnd = reader.isAtEnd
            #expect(isAtEnd)
            return result
        }
    }

    /// The keys of a map with the integers that belong to them; those of `ignored` are left alone.
    private func fields(of encoding: String, ignoring ignored: String = "") throws -> [String] {
        try read(encoding) { reader throws(RESPTypeMismatch) in
            var fields: [String] = []
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                let name = String(key)
                if name != ignored { fields.append("\(name)=\(try reader.readInteger())") }
            }
            return fields
        }
    }

    @Test func `fields come in the order received, with keys that repeat, in both protocol versions`() throws {
        #expect(try fields(of: "%3\r\n+b\r\n:1\r\n+a\r\n:2\r\n+b\r\n:3\r\n") == ["b=1", "a=2", "b=3"])
        #expect(try fields(of: "*4\r\n$1\r\nb\r\n$1\r\n1\r\n$1\r\na\r\n$1\r\n2\r\n") == ["b=1", "a=2"])
        #expect(try fields(of: "%1\r\n:12\r\n|1\r\n+x\r\n:0\r\n:7\r\n") == ["12=7"])
        #expect(try fields(of: "%0\r\n").isEmpty)
    }

    @Test func `a field that isn't read is skipped with all that is nested in it`() throws {
        let nested = "*2\r\n%1\r\n+a\r\n*-1\r\n|1\r\n+x\r\n:1\r\n$3\r\nabc\r\n"
        #expect(try fields(of: "%3\r\n+a\r\n:1\r\n+more\r\n\(nested)+b\r\n:2\r\n", ignoring: "more") == ["a=1", "b=2"])
        #expect(try fields(of: "%1\r\n+more\r\n|1\r\n+x\r\n:1\r\n\(nested)", ignoring: "more").isEmpty)
    }

    @Test func `a mismatch in a field has its key, one of a key its index`() throws {
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .kind(.null), path: [.key("b")])) {
            try fields(of: "%2\r\n+a\r\n:1\r\n+b\r\n_\r\n")
        }
        #expect(throws: RESPTypeMismatch(wanted: "a string", found: .kind(.array), path: [.index(1)])) {
            try fields(of: "%2\r\n+a\r\n:1\r\n*0\r\n:1\r\n")
        }
        #expect(throws: RESPTypeMismatch(wanted: "a map", found: .count(3))) {
            try fields(of: "*3\r\n+a\r\n:1\r\n+b\r\n")
        }
        let long = String(repeating: "k", count: 100)
        let key = RESPTypeMismatch.PathComponent.key(String(repeating: "k", count: 64) + "…")
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .text("no"), path: [key])) {
            try fields(of: "%1\r\n+\(long)\r\n+no\r\n")
        }
    }

    @Test(arguments: ["", "k", "key", "eight888", "nine99999", "a key of many bytes, more than two words"])
    func `a key is equal to its literal and to no other`(text: String) throws {
        let others = try read("*1\r\n$\(text.utf8.count)\r\n\(text)\r\n") { reader throws(RESPTypeMismatch) in
            _ = try reader.readArrayHeader()
            let key = try reader.readKey()
            var matches: [String] = []
            if "" ~= key { matches.append("") }
            if "k" ~= key { matches.append("k") }
            if "key" ~= key { matches.append("key") }
            if "kez" ~= key { matches.append("kez") }
            if "eight888" ~= key { matches.append("eight888") }
            if "eight889" ~= key { matches.append("eight889") }
            if "nine99999" ~= key { matches.append("nine99999") }
            if "nine99998" ~= key { matches.append("nine99998") }
            if key == "a key of many bytes, more than two words" { matches.append(String(key)) }
            if key == "a key of many bytes, more than two wordz" { matches.append("wordz") }
            #expect(key.span.count == text.utf8.count)
            return matches
        }
        #expect(others == [text])
    }

    @Test func `tuples are arrays of just as many, each of its type`() throws {
        let encoding = "*4\r\n+a\r\n:1\r\n,2.5\r\n*1\r\n:9\r\n"
        let (name, number, double, rest) = try RESPFrame(encoding).decode(as: (String, Int, Double, [Int]).self)
        #expect(name == "a" && number == 1 && double == 2.5 && rest == [9])
        let (key, value): (String, Int?) = try RESPFrame("~2\r\n+a\r\n_\r\n").decode()
        #expect(key == "a" && value == nil)
        let view = try RESPTree(RESPFrame("*1\r\n\(encoding)")).root[0].decode(as: (String, Int, Float, [Int]).self)
        #expect(view.2 == 2.5)
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .text("2.5"), path: [.index(2)])) {
            try RESPFrame(encoding).decode(as: (String, Int, Int, [Int]).self)
        }
        #expect(throws: RESPTypeMismatch(wanted: "a string", found: .kind(.array), path: [.index(3)])) {
            try RESPFrame(encoding).decode(as: (String, Int, Double, String).self)
        }
        #expect(throws: RESPTypeMismatch(wanted: "an array of 3", found: .count(4))) {
            try RESPFrame(encoding).decode(as: (String, Int, Double).self)
        }
        #expect(throws: RESPTypeMismatch(wanted: "an array of 2", found: .kind(.integer))) {
            try RESPFrame(":1\r\n").decode(as: (Int, Int).self)
        }
    }

    @Test func `arrays of tuples are read with a closure, and a mismatch has both indices`() throws {
        let encoding = "*2\r\n*2\r\n+a\r\n:1\r\n*2\r\n+b\r\n:2\r\n"
        let pairs = try read(encoding) { reader throws(RESPTypeMismatch) in
            try reader.readArray { (reader) throws(RESPTypeMismatch) in try reader.readTuple(as: (String, Int).self) }
        }
        #expect(pairs.map(\.0) == ["a", "b"] && pairs.map(\.1) == [1, 2])
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .text("a"), path: [.index(0), .index(0)])) {
            try read(encoding) { reader throws(RESPTypeMismatch) in
                try reader.readArray { (reader) throws(RESPTypeMismatch) in try reader.readTuple(as: (Int, Int).self) }
            }
        }
    }

    @Test func `a map whose keys are arrays is pairs, not an array of pairs`() throws {
        let pairs = try RESPFrame("%1\r\n*2\r\n:1\r\n:2\r\n:3\r\n").decode(as: RESPPairs<[Int], Int>.self)
        #expect(pairs == [[1, 2]: 3])
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .text("x"), path: [.index(0), .index(1)])) {
            try RESPFrame("*1\r\n*2\r\n:1\r\n+x\r\n").decode(as: RESPPairs<Int, Int>.self)
        }
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .text("x"), path: [.index(3)])) {
            try RESPFrame("%2\r\n:1\r\n:2\r\n:3\r\n+x\r\n").decode(as: RESPPairs<Int, Int>.self)
        }
        #expect(throws: RESPTypeMismatch(wanted: "an array of 2", found: .kind(.integer), path: [.index(1)])) {
            try RESPFrame("*2\r\n*2\r\n:1\r\n:2\r\n:3\r\n").decode(as: RESPPairs<Int, Int>.self)
        }
    }

    @Test func `attributes are read in front of their value, all that stand there`() throws {
        let encoding = "|1\r\n+a\r\n:1\r\n|2\r\n+b\r\n*1\r\n:2\r\n:3\r\n_\r\n+OK\r\n"
        let (attributes, value) = try read(encoding) { reader throws(RESPTypeMismatch) in
            let attributes = try reader.readAttributes()
            #expect(try reader.readAttributes().isEmpty)
            return (attributes, try reader.readString())
        }
        #expect(attributes.map(\.key) == ["a", "b", "3"])
        #expect(attributes.map(\.value.description) == ["1", "[2]", "null"])
        #expect(value == "OK")
    }

    @Test func `a frame that is nothing but an attribute is of that kind, and is read as a map`() throws {
        var decoder = RESPDecoder(attributesAreFrames: true)
        decoder.append(Array("|2\r\n+ttl\r\n:3600\r\n+hits\r\n:7\r\n:1\r\n".utf8).span)
        let frame = try #require(try decoder.next())
        #expect(frame.kind == .attribute && !frame.isNull && !frame.isError && !frame.isPush)
        #expect(frame.description == #"attribute{"ttl": 3600, "hits": 7}"#)
        #expect(try frame.decode(as: [String: Int].self) == ["ttl": 3600, "hits": 7])
        #expect(try frame.decode(as: RESPFrame.self) == frame)
        #expect(try frame.decode(as: RESPPairs<String, Int>.self).map(\.key) == ["ttl", "hits"])
        #expect(throws: RESPTypeMismatch(wanted: "an integer", found: .kind(.attribute))) {
            try frame.decode(as: Int?.self)
        }
        frame.withReader { reader in
            let isNull = reader.isNull
            #expect(!isNull && (try? reader.peekKind()) == .attribute && reader.isAtAttribute)
            #expect(reader.readAttributeHeader() == 2)
        }
        frame.withReader { reader in
            reader.skip()
            let isAtEnd = reader.isAtEnd
            #expect(isAtEnd)
        }
        #expect(try decoder.next()?.description == "1")
        let empty = try RESPTree(RESPFrame("*0\r\n"))
        #expect(empty.root.kind == .array)
    }

    @Test func `skipping takes one value of any kind with what is nested in it`() throws {
        var random = RESPRandom(seed: 3)
        for _ in 0..<2_000 {
            let value = random.value(depth: 4)
            let frame = try RESPFrame("*2\r\n\(value):77\r\n")
            try frame.withReader { reader throws(RESPTypeMismatch) in
                _ = try reader.readArrayHeader()
                reader.skip()
                let offset = reader.offset
                #expect(offset == 4 + value.utf8.count)
                #expect(try reader.readInteger() == 77)
            }
        }
    }

    @Test func `a description is a line of bounded length, whatever the frame holds`() throws {
        func described(_ encoding: String) throws -> String { try RESPFrame(encoding).description }
        #expect(try described("$6\r\n\u{1B}\r\n\u{7F}\"\\\r\n") == #""\u{1b}\r\n\u{7f}\"\\""#)
        let long = String(repeating: "7", count: 1_000)
        #expect(try described("(\(long)\r\n") == long.prefix(64) + "…")
        #expect(try described("+\(long)\r\n") == "\"\(long.prefix(64))\"…")
        #expect(try described("!1000\r\n\(long)\r\n") == "error \"\(long.prefix(256))\"…")
        #expect(try described("-\(long.prefix(256))\r\n") == "error \"\(long.prefix(256))\"")
    }

    @Test func `a mismatch inside many levels has the whole path`() throws {
        var mismatch = RESPTypeMismatch(wanted: "a number", found: .end, path: [.key("last")])
        for level in 0..<1_000 { mismatch = mismatch.inside(.index(level)) }
        #expect(mismatch.path == (0..<1_000).reversed().map { .index($0) } + [.key("last")])
        mismatch.path = [.index(1), .key("a")]
        #expect(mismatch == RESPTypeMismatch(wanted: "a number", found: .end, path: [.index(1), .key("a")]))
        #expect(mismatch.description == "wanted a number at [1].a, found the end")
        let missing = RESPTypeMismatch(wanted: "a value", found: .missing, path: [.key("a")])
        #expect(missing.description == "wanted a value at .a, found nothing")
        let keys: [RESPTypeMismatch.PathComponent] = [.key("first name"), .key(""), .key("café")]
        let words = RESPTypeMismatch(wanted: "a string", found: .end, path: keys)
        #expect(words.description == #"wanted a string at ["first name"][""].café, found the end"#)
        let lines = RESPTypeMismatch(wanted: "a number", found: .text("1\n\u{1B}[2J\"\\"), path: [.key("a\r\nb")])
        #expect(lines.description == #"wanted a number at ["a\r\nb"], found the text '1\n\u{1b}[2J\"\\'"#)
    }
}
