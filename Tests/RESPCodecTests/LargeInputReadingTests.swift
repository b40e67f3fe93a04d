// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import AllocationCounter
internal import RESPCodec
internal import Testing

/// Large and deep frames, read by index and written again.
@Suite struct LargeInputReadingTests {
    /// Ten million elements; a tenth of that without optimisation, which `Scripts/test-release` is there for.
    private static var elementCount: Int {
        #if DEBUG
            1_000_000
        #else
            10_000_000
        #endif
    }

    private static func largeArray() throws -> RESPFrame {
        try RESPFrame(
            encoded: Array("*\(elementCount)\r\n".utf8) + [UInt8](":7\r\n", times: elementCount))
    }

    @Test func `ten million elements are indexed in sixteen bytes each, and each is reached at once`() throws {
        let count = Self.elementCount
        let frame = try Self.largeArray()
        let before = allocation_counter_thread_bytes()
        let tree = try RESPTree(frame)
        let root = tree.root
        #expect(root.count == count && tree.nodeCount == count + 1)
        for index in [0, 1, count / 2, count - 1] { #expect(try root[index].integer == 7) }
        #expect(throws: RESPTypeMismatch.self) { try root[count].integer }
        if before >= 0 { #expect(allocation_counter_thread_bytes() - before <= 17 * count) }
    }

    @Test func `ten million elements are written again into a buffer that doubles`() throws {
        let frame = try Self.largeArray()
        let before = allocation_counter_thread_bytes()
        var encoder = ReplyEncoder(version: .resp2)
        encoder.frame(frame)
        #expect(encoder.count == frame.count)
        if before >= 0 { #expect(allocation_counter_thread_bytes() - before <= 4 * frame.count) }
    }

    @Test func `a million nested arrays are indexed, walked and written again on a small stack`() throws {
        try onSmallStack {
            let levels = 1_000_000
            let bytes = [UInt8]("*1\r\n", times: levels) + Array(":1\r\n".utf8)
            let frame = try RESPFrame(encoded: bytes, limits: RESPLimits(maximumDepth: levels))
            let tree = try RESPTree(frame)
            try verify(tree.nodeCount == levels + 1)
            try verify(tree.description == frame.description)
            try Self.walk(tree, levels)
            for version in [RESPVersion.resp2, .resp3] {
                var encoder = ReplyEncoder(version: version)
                encoder.frame(frame)
                try verify([UInt8](RESPBytes(encoder.span)) == bytes)
            }
        }
    }

    private static func walk(_ tree: borrowing RESPTree, _ levels: Int) throws {
        var view = tree.root
        for _ in 0..<levels { view = try view[0] }
        try verify(try view.integer == 1)
        try verify(view.path.count == levels)
        try verify(view.frame.count == 4)
    }

    @Test func `a command of a million arguments is taken as it comes`() throws {
        let count = 1_000_000
        let piece = [UInt8]("$1\r\na\r\n", times: 2_000)
        var decoder = RESPCommandDecoder()
        decoder.append(Array("*\(count)\r\n".utf8).span)
        for _ in 0..<count / 2_000 {
            #expect(try decoder.next() == nil)
            decoder.append(piece.span)
        }
        let command = try #require(try decoder.next())
        #expect(command.argumentCount == count && command.argument(at: count - 1) == "a")
        #expect(command.arguments.count == count)
        #expect(try decoder.next() == nil && decoder.bufferedBytes == 0)
    }

    @Test func `an argument of 256 MiB that arrives in pieces of 16 KiB comes out in one piece`() throws {
        let length = 256 << 20
        let piece = [UInt8](repeating: 0x61, count: 16 << 10)
        var decoder = RESPCommandDecoder()
        let before = allocation_counter_thread_bytes()
        decoder.append(Array("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$\(length)\r\n".utf8).span)
        for _ in 0..<length / piece.count {
            #expect(try decoder.next() == nil)
            decoder.append(piece.span)
        }
        #expect(try decoder.next() == nil && decoder.missingBytes == 2)
        decoder.append([0x0D, 0x0A].span)
        #expect(try decoder.next()?.argument(at: 2)?.count == length)
        if before >= 0 { #expect(allocation_counter_thread_bytes() - before <= 2 * length + (1 << 20)) }
    }
}
