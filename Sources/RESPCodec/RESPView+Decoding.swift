// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPView {
    /// Decodes the value, as ``RESPFrame/decode(as:)->_`` does: one pass over its bytes.
    ///
    /// - Throws: `RESPTypeMismatch`, whose path starts at the frame's value.
    @inlinable
    public func decode<Value: RESPDecodable>(as type: Value.Type = Value.self) throws(RESPTypeMismatch) -> Value {
        try withReader { reader throws(RESPTypeMismatch) in try Value(from: &reader) }
    }

    /// Calls `body` with a reader that reads this value and the attributes before it, and ends with it.
    ///
    /// - Throws: what `body` throws, with the way to this value in front of its path.
    @inlinable
    public func withReader<R: ~Copyable>(
        _ body: (inout RESPReader) throws(RESPTypeMismatch) -> R
    ) throws(RESPTypeMismatch) -> R {
        let start = startOfAttributes
        var reader = RESPReader(frameBytes.extracting(start..<end), in: chunk, at: chunkOffset &+ start)
        do throws(RESPTypeMismatch) {
            return try body(&reader)
        } catch {
            throw inside(error)
        }
    }

    /// The mismatch with the way to this value in front of its path.
    @usableFromInline @inline(never)
    func inside(_ mismatch: RESPTypeMismatch) -> RESPTypeMismatch {
        RESPTypeMismatch(wanted: mismatch.wanted, found: mismatch.found, path: path + mismatch.path)
    }

    /// The encoding of the value, attributes before it left out.
    ///
    /// - Complexity: O(depth of its last elements).
    public var encoding: Span<UInt8> {
        @_lifetime(copy self) get { frameBytes.extracting(node.offset..<end) }
    }

    /// The value as a frame that can be kept, attributes before it left out.
    ///
    /// - Complexity: O(depth of its last elements). Small frames are copied, others shared, as with ``bytes``.
    public var frame: RESPFrame {
        RESPFrame(storage: ByteStorage(encoding, in: chunk, at: chunkOffset &+ node.offset))
    }

    /// The value in a readable form, as a frame's description has it.
    public var description: String {
        (try? withReader { reader throws(RESPTypeMismatch) in reader.printed() }) ?? ""
    }

    /// Where the attributes before this value start in the frame; itself, if there are none. An attribute doesn't lead to
    /// those before it.
    @usableFromInline
    var startOfAttributes: Int {
        var first = index
        if node.marker != RESPKind.attribute.rawValue {
            while let attribute = attributeBefore(first) { first = attribute }
        }
        return nodes[first].offset
    }

    /// Where the value ends in the frame: where its last element does.
    @usableFromInline
    var end: Int {
        var index = index
        // What stands behind an attribute is not part of it.
        var isWithinAttribute = nodes[index].marker == RESPKind.attribute.rawValue
        while nodes[index].hasChildren {
            let node = nodes[index]
            let children = isWithinAttribute ? node.children - 1 : node.children
            guard children > 0 else { break }
            index = node.firstChild + children - 1
            isWithinAttribute = false
        }
        let node = nodes[index]
        let isLine = node.hasChildren || node.marker == RESPKind.null.rawValue
        return 2 + (isLine ? frameBytes.endOfLine(from: node.offset + 1) : node.payload + node.payloadCount)
    }
}
