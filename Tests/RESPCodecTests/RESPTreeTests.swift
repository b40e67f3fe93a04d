// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import AllocationCounter
@testable internal import RESPCodec
internal import Testing

@Suite struct RESPTreeTests {
    @Test(arguments: try RESPVector.all.get())
    func `a tree has the values of the vector, with the attributes before them`(vector: RESPVector) throws {
        for attributesAreFrames in [false, true] {
            var decoder = RESPDecoder(limits: vector.limits, attributesAreFrames: attributesAreFrames)
            decoder.append(vector.bytes.span)
            var values: [VectorValue] = []
            while values.count < vector.values.count, let frame = try? decoder.next() {
                values += try VectorValue.values(at: RESPTree(frame).root)
            }
            #expect(values == Array(vector.values.prefix(values.count)) && values.count <= vector.values.count)
            if vector.error == nil { #expect(values == vector.values) }
        }
    }

    @Test func `a tree and a reader say the same of frames of every shape`() throws {
        var random = RESPRandom(seed: 11)
        for _ in 0..<1_500 {
            let frame = try RESPFrame(random.value(depth: 5))
            let tree = try RESPTree(frame)
            #expect(tree.frame == frame && tree.description == frame.description)
            let printed = try VectorPrinter.values(of: frame.withSpan { Array(RESPBytes($0)) }).map(\.value)
            #expect(try VectorValue.values(at: tree.root) == printed)
            try expectAgreement(tree.root, frame)
        }
    }

    /// What is read through a view is what a reader reads at that place, values and mismatches alike.
    private func expectAgreement(_ view: RESPView, _ frame: RESPFrame) throws {
        let path = view.path
        func expect<Value: Equatable>(
            _ found: () throws(RESPTypeMismatch) -> Value, _ read: (inout RESPReader) throws(RESPTypeMismatch) -> Value
        ) {
            let read = Result { () throws(RESPTypeMismatch) in try frame.withReader(read) }
            let found = Result { () throws(RESPTypeMismatch) in try found() }
            switch (found, read) {
            case (.success(let found), .success(let read)): #expect(found == read)
            case (.failure(let found), .failure(let read)):
                #expect(found.wanted == read.wanted && found.found == read.found)
                #expect(found.path == path + read.path)
            default: Issue.record("\(found) and \(read) at \(path) of \(frame)")
            }
        }
        #expect(view.kind == frame.kind && view.isNull == frame.isNull && view.isError == frame.isError)
        #expect(view.errorMessage == frame.errorMessage)
        #expect(view.description == frame.description)
        expect({ () throws(RESPTypeMismatch) in try view.string }) { reader throws(RESPTypeMismatch) in
            try reader.readString()
        }
        expect({ () throws(RESPTypeMismatch) in try view.bytes }) { reader throws(RESPTypeMismatch) in
            try reader.readBytes()
        }
        expect({ () throws(RESPTypeMismatch) in try view.integer }) { reader throws(RESPTypeMismatch) in
            try reader.readInteger()
        }
        expect({ () throws(RESPTypeMismatch) in try view.integer(as: UInt8.self) }) { reader throws(RESPTypeMismatch) in
            try reader.readInteger(as: UInt8.self)
        }
        expect({ () throws(RESPTypeMismatch) in try view.double }) { reader throws(RESPTypeMismatch) in
            try reader.readDouble()
        }
        expect({ () throws(RESPTypeMismatch) in try view.boolean }) { reader throws(RESPTypeMismatch) in
            try reader.readBoolean()
        }
        expect({ () throws(RESPTypeMismatch) in try view.pairCount }) { reader throws(RESPTypeMismatch) in
            try reader.readMapHeader()
        }
        expect({ () throws(RESPTypeMismatch) in try view.decode(as: [String: Int].self) }) {
            reader throws(RESPTypeMismatch) in try reader.read()
        }
        expect({ () throws(RESPTypeMismatch) in try view.decode(as: [RESPFrame].self) }) {
            reader throws(RESPTypeMismatch) in try reader.read()
        }
        let bare = try frame.decode(as: RESPFrame.self)
        #expect(view.frame == bare)
        #expect(view.encoding.count == bare.count)
        guard view.kind.isAggregate else { return }
        let elements = try frame.decode(as: [RESPFrame].self)
        if view.kind == .map {
            #expect(view.count * 2 == elements.count)
            for index in 0..<view.count {
                let pair = try view.pair(index)
                try expectAgreement(pair.key, elements[2 * index])
                try expectAgreement(pair.value, elements[2 * index + 1])
            }
        } else {
            #expect(view.count == elements.count)
            for index in 0..<view.count { try expectAgreement(view[index], elements[index]) }
        }
    }

    @Test func `a tree of a million levels is made, looked at, printed and released on a small stack`() throws {
        try onSmallStack {
            for (opening, levels) in [("*1\r\n", 1_000_000), ("%1\r\n+k\r\n", 100_000), ("|0\r\n*1\r\n", 100_000)] {
                let bytes = Array(repeatElement(Array(opening.utf8), count: levels).joined()) + Array(":7\r\n".utf8)
                let frame = try RESPFrame(encoded: bytes, limits: RESPLimits(maximumDepth: 2 * levels))
                let tree = try RESPTree(frame)
                try verify(tree.root.encoding.count <= bytes.count && tree.description.utf8.count < 20_000)
                try Self.descend(tree, levels)
            }
        }
    }

    private static func descend(_ tree: borrowing RESPTree, _ levels: Int) throws {
        var view = tree.root
        for _ in 0..<levels { view = view.kind == .map ? try view.pair(0).value : try view[0] }
        try verify(try view.integer == 7)
        try verify(view.path.count == levels)
    }

    @Test func `frames beyond what an index can hold are refused with an error`() throws {
        let frame = try RESPFrame("*3\r\n:1\r\n*2\r\n:2\r\n|1\r\n+a\r\n:1\r\n:3\r\n:4\r\n")
        let (bytes, nodes) = (frame.count, try RESPTree(frame).nodeCount)
        #expect(nodes == 9)
        _ = try RESPTree(frame, maximumBytes: bytes, maximumCount: nodes)
        #expect(throws: RESPDecodingError.frameTooLarge(limit: bytes - 1, offset: 0)) {
            try RESPTree(frame, maximumBytes: bytes - 1, maximumCount: nodes)
        }
        #expect(throws: RESPDecodingError.tooManyElements(declared: 9, limit: 8, offset: 16)) {
            try RESPTree(frame, maximumBytes: bytes, maximumCount: 8)
        }
        #expect(throws: RESPDecodingError.tooManyElements(declared: 4, limit: 3, offset: 0)) {
            try RESPTree(frame, maximumBytes: bytes, maximumCount: 3)
        }
    }

    @Test func `a tree keeps the bytes of its frame, and can be sent elsewhere`() async throws {
        var decoder = RESPDecoder()
        let text = String(repeating: "long enough not to be kept inside the value ", count: 100)
        decoder.append(Array("*2\r\n+short\r\n$\(text.utf8.count)\r\n\(text)\r\n".utf8).span)
        let tree = try RESPTree(#require(try decoder.next()))
        for _ in 0..<100 {
            decoder.append(Array("$5000\r\n\(String(repeating: "x", count: 5000))\r\n".utf8).span)
            _ = try decoder.next()
        }
        let found = try await Task { try tree.root[1].string }.value
        #expect(found == text)
        let kept = try tree.root[1].bytes
        #expect(String(kept) == text && kept.count == text.utf8.count)
    }

    @Test func `making a tree allocates once, and looking at it never`() throws {
        let users = (0..<500).map { "%3\r\n+name\r\n+user\($0)\r\n+visits\r\n:\($0)\r\n+active\r\n#t\r\n" }
        let frame = try RESPFrame("*500\r\n" + users.joined())
        // Twice: the first use of a generic type in a process allocates what describes it.
        for round in 1...2 {
            let before = allocation_counter_thread_count()
            let tree = try RESPTree(frame)
            let made = allocation_counter_thread_count()
            var sum = 0
            for index in 0..<tree.root.count {
                let user = try tree.root[index]
                sum += try user["visits"].integer + (user["active"].boolean ? 1 : 0)
                sum += try user["name"].span.count + user.pair(2).key.span.count
                if try user.value(forKey: "none") == nil { sum += 1 }
            }
            let looked = allocation_counter_thread_count()
            #expect(sum == 500 * 499 / 2 + 500 + 10 * 5 + 90 * 6 + 400 * 7 + 6 * 500 + 500)
            if round == 2 {
                #expect(made - before <= 1)
                #expect(looked == made)
            }
        }
    }
}

extension VectorValue {
    /// The value of a view behind the attributes before it, those further away first; or the attribute that it is.
    static func values(at view: RESPView) throws -> [VectorValue] {
        var before: [VectorValue] = []
        if let attribute = view.attributes { before = try values(at: attribute) }
        return before + [try VectorValue(view)]
    }

    private init(_ view: RESPView) throws {
        let marker = String(UnicodeScalar(view.kind.rawValue))
        func hex(_ bytes: RESPBytes) -> String {
            [UInt8](bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        switch view.kind {
        case .null: self = .null
        case .integer: self = .integer("\(try view.integer(as: Int64.self))")
        case .double: self = .double(try view.double)
        case .boolean: self = .boolean(try view.boolean)
        case .simpleString, .bulkString, .bigNumber: self = .bytes(marker, hex: hex(try view.bytes))
        case .verbatimString:
            let verbatim = try view.decode(as: RESPVerbatimString.self)
            self = .bytes(marker, hex: hex(verbatim.format) + "3a" + hex(verbatim.text))
        case .simpleError, .bulkError:
            let bytes = view.frame.withReader { reader in reader.readErrorBytes() }
            self = .bytes(marker, hex: hex(bytes ?? "nothing"))
        case .array, .set, .push:
            var values: [VectorValue] = []
            try view.forEach { element throws(RESPTypeMismatch) in values += Self.anyValues(at: element) }
            self = .aggregate(marker, values)
        case .map, .attribute:
            var pairs: [VectorValue] = []
            try view.forEachPair { key, value throws(RESPTypeMismatch) in
                var keys = Self.anyValues(at: key)
                let last = keys.popLast() ?? .null
                pairs += keys
                pairs.append(.pair([last] + Self.anyValues(at: value)))
            }
            self = .aggregate(marker, pairs)
        }
    }

    /// The values, or none, which no vector has.
    private static func anyValues(at view: RESPView) -> [VectorValue] { (try? values(at: view)) ?? [] }
}
