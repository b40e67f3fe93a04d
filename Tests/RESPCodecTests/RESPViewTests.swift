// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPViewTests {
    private let reply = """
        %4\r\n+name\r\n$3\r\nAnn\r\n+scores\r\n*3\r\n:7\r\n,1.5\r\n_\r\n+tags\r\n~1\r\n|1\r\n+ttl\r\n:60\r\n+x\r\n\
        +name\r\n+second\r\n
        """

    @Test func `values are reached by index and key, in any order and any number of times`() throws {
        let tree = try RESPTree(RESPFrame(reply))
        let root = tree.root
        #expect(root.kind == .map && root.count == 4)
        for _ in 0..<2 {
            #expect(try root["scores"][1].double == 1.5)
            #expect(try root["scores"][0].integer == 7)
            #expect(try root["scores"][2].isNull)
            #expect(try root["name"].string == "Ann")
            #expect(try root["name"].bytes == "Ann")
            #expect(try root["name"].span.count == 3)
            #expect(try root["tags"][0].string == "x")
        }
    }

    @Test func `pairs keep their order and their repeated keys, a lookup takes the first`() throws {
        let tree = try RESPTree(RESPFrame(reply))
        var keys: [String] = []
        try tree.root.forEachPair { key, _ throws(RESPTypeMismatch) in keys.append(try key.string) }
        #expect(keys == ["name", "scores", "tags", "name"])
        #expect(try tree.root.pair(3).key.string == "name")
        #expect(try tree.root.pair(3).value.string == "second")
        #expect(try tree.root["name"].string == "Ann")
        let bytes: [UInt8] = Array("tags".utf8)
        #expect(try tree.root.value(forKey: bytes.span)?.kind == .set)
        #expect(try tree.root.value(forKey: "nam") == nil)
    }

    @Test func `an array of keys and values in turn is a map, as RESP2 has it`() throws {
        let tree = try RESPTree(RESPFrame("*4\r\n$1\r\na\r\n$1\r\n1\r\n:12\r\n$1\r\n2\r\n"))
        #expect(try tree.root.pairCount == 2)
        #expect(try tree.root["a"].integer == 1 && tree.root["12"].integer == 2)
        #expect(try tree.root.pair(1).value.integer == 2)
        #expect(try tree.root[3].integer == 2)
    }

    @Test func `keys that are no text are equal to none`() throws {
        let tree = try RESPTree(RESPFrame("%4\r\n_\r\n:1\r\n-k\r\n:2\r\n*0\r\n:3\r\n|1\r\n+x\r\n:0\r\n+k\r\n:4\r\n"))
        #expect(try tree.root["k"].integer == 4)
        #expect(try tree.root.value(forKey: "") == nil)
    }

    @Test func `what isn't there is a mismatch that says where, never a trap`() throws {
        let tree = try RESPTree(RESPFrame(reply))
        let root = tree.root
        func mismatch(_ body: () throws(RESPTypeMismatch) -> Void) -> String {
            do throws(RESPTypeMismatch) {
                try body()
                return "none"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try root["scores"][1].integer }
                == "wanted an integer at .scores[1], found the text '1.5'")
        for index in [3, -1, .max, .min] {
            #expect(
                mismatch { () throws(RESPTypeMismatch) in _ = try root["scores"][index] }
                    == "wanted an element at .scores[\(index)], found nothing")
            #expect(
                mismatch { () throws(RESPTypeMismatch) in _ = try root.pair(index == 3 ? 4 : index) }
                    == "wanted a pair at [\(index == 3 ? 4 : index)], found nothing")
        }
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try root["age"] } == "wanted a value at .age, found nothing")
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try root[0] }
                == "wanted an array, found a value of kind map")
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try root["name"]["first"] }
                == "wanted a map at .name, found a value of kind bulk string")
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try root["scores"].pairCount }
                == "wanted a map at .scores, found an aggregate of 3")
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try root["tags"].string }
                == "wanted a string at .tags, found a value of kind set")
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try root["name"].boolean }
                == "wanted a boolean at .name, found the text 'Ann'")
        #expect(
            mismatch { () throws(RESPTypeMismatch) in try root.forEach { _ throws(RESPTypeMismatch) in } }
                == "wanted an array, found a value of kind map")
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try root["scores"].decode(as: [Int].self) }
                == "wanted an integer at .scores[1], found the text '1.5'")
        let errors = try RESPTree(RESPFrame("*1\r\n-WRONGTYPE no list\r\n"))
        #expect(try errors.root[0].errorMessage == "WRONGTYPE no list")
        #expect(
            mismatch { () throws(RESPTypeMismatch) in _ = try errors.root[0].integer }
                == "wanted an integer at [0], found the server's error 'WRONGTYPE no list'")
    }

    @Test func `attributes are at the value that they stand before, the nearest first`() throws {
        let tree = try RESPTree(
            RESPFrame("|1\r\n+far\r\n:1\r\n|1\r\n+near\r\n|1\r\n+in\r\n#t\r\n*1\r\n:2\r\n*1\r\n|0\r\n+x\r\n"))
        #expect(tree.root.kind == .array && tree.root.count == 1 && tree.root.path.isEmpty)
        let near = tree.root.attributes?.frame
        #expect(near?.kind == .attribute)
        #expect(tree.root.attributes?.kind == .attribute && tree.root.attributes?.count == 1)
        #expect(try tree.root.attributes?["near"][0].integer == 2)
        #expect(try tree.root.attributes?["near"].attributes?["in"].boolean == true)
        #expect(try tree.root.attributes?["near"][0].path == [.key("near"), .index(0)])
        #expect(try tree.root.attributes?.attributes?["far"].integer == 1)
        let furthest = tree.root.attributes?.attributes?.frame
        #expect(furthest?.description == #"attribute{"far": 1}"#)
        let (there, none) = (hasAttributes(tree.root), hasAttributes(tree.root.attributes?.attributes))
        #expect(there && !none)
        #expect(try tree.root.attributes?.attributes?.decode(as: [String: Int].self) == ["far": 1])
        #expect(tree.root.attributes?.description == #"attribute{"near": [2]}"#)
        #expect(try tree.root[0].attributes?.count == 0)
        #expect(try tree.root[0].path == [.index(0)] && tree.root[0].string == "x")
        let attributed = try tree.root.decode(as: RESPAttributed<[String]>.self)
        #expect(attributed.value == ["x"] && attributed.attributes.map(\.key) == ["far", "near"])
    }

    @Test func `a frame that is nothing but an attribute is a view of its pairs`() throws {
        var decoder = RESPDecoder(attributesAreFrames: true)
        decoder.append(Array("|1\r\n+ttl\r\n:60\r\n|0\r\n:1\r\n".utf8).span)
        for (count, printed) in [(1, #"attribute{"ttl": 60}"#), (0, "attribute{}")] {
            let frame = try #require(try decoder.next())
            let tree = try RESPTree(frame)
            #expect(tree.root.kind == .attribute && tree.root.count == count)
            let isAttributed = hasAttributes(tree.root)
            #expect(!isAttributed)
            #expect(tree.root.description == printed)
            #expect(tree.root.frame == frame)
            if count == 1 { #expect(try tree.root["ttl"].integer == 60 && tree.root["ttl"].path == [.key("ttl")]) }
        }
    }

    @Test func `a view lends its encoding, and decodes like a frame of its own`() throws {
        let tree = try RESPTree(RESPFrame(reply))
        let scores = try tree.root["scores"]
        #expect(RESPBytes(scores.encoding) == "*3\r\n:7\r\n,1.5\r\n_\r\n")
        #expect(scores.frame.description == "[7, 1.5, null]" && scores.description == "[7, 1.5, null]")
        #expect(try scores.decode(as: [Double?].self) == [7, 1.5, nil])
        #expect(try RESPBytes(tree.root["tags"][0].encoding) == "+x\r\n")
        let (first, isAtEnd) = try scores.withReader { reader throws(RESPTypeMismatch) in
            _ = try reader.readArrayHeader()
            let first = try reader.readInteger()
            reader.skip()
            reader.skip()
            return (first, reader.isAtEnd)
        }
        #expect(first == 7 && isAtEnd)
    }

    private func hasAttributes(_ view: RESPView?) -> Bool {
        guard let view, view.attributes != nil else { return false }
        return true
    }
}
