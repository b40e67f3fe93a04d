// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A frame with an index of all its values, so that any of them is reached in constant time, again and again.
///
/// Decoding into Swift types doesn't need it, nor does reading a frame once from front to back: that is what
/// ``RESPFrame/decode(as:)->_`` and ``RESPReader`` are for. Where a program looks at parts of a reply, in an order of its
/// own or without knowing its shape, a tree spares it from walking over what it doesn't need.
///
/// ```swift
/// let frame = try RESPFrame(encoded: Array("%1\r\n+users\r\n*2\r\n+Ann\r\n+Bob\r\n".utf8))
/// let tree = try RESPTree(frame)
/// try tree.root["users"][1].string   // "Bob"
/// ```
///
/// It owns the frame and can be kept and sent anywhere; the views that it lends can't outlive it. The index is flat: 16
/// bytes per value, the elements of an aggregate one behind the other. Order and repeated keys of maps are kept, and
/// attributes are found at the value that they stand before. Making it takes no stack, and neither does releasing it,
/// however deeply values are nested.
public struct RESPTree: Sendable {
    @usableFromInline let storage: ByteStorage
    @usableFromInline let nodes: ContiguousArray<RESPTreeNode>

    /// Indexes the values of `frame`, which is shared, not copied.
    ///
    /// - Throws: `RESPDecodingError.frameTooLarge` for 4 GiB and more, `RESPDecodingError.tooManyElements` for more than
    ///   2²⁸ values.
    /// - Complexity: O(values); payloads aren't looked at. Allocates once, 16 bytes per value.
    public init(_ frame: RESPFrame) throws(RESPDecodingError) {
        try self.init(frame, maximumBytes: RESPTreeNode.maximumBytes, maximumCount: RESPTreeNode.maximumCount)
    }

    init(_ frame: RESPFrame, maximumBytes: Int, maximumCount: Int) throws(RESPDecodingError) {
        guard frame.count <= maximumBytes else { throw .frameTooLarge(limit: maximumBytes, offset: 0) }
        (storage, nodes) = try frame.storage.withBytes { bytes, chunk, offset throws(RESPDecodingError) in
            var indexer = RESPTreeIndexer(bytes)
            let nodes = try indexer.nodes(limit: maximumCount)
            guard let chunk = chunk.chunk else { return (ByteStorage(copying: bytes), nodes) }
            return (ByteStorage(chunk: chunk, offset: offset, count: bytes.count), nodes)
        }
    }

    /// The frame's value, behind its attributes. O(1).
    @inlinable
    public var root: RESPView {
        @_lifetime(borrow self) get {
            RESPView(
                at: 0, in: nodes.span, of: storage.span, chunk: LentChunk(storage.chunk), at: storage.chunkOffset)
        }
    }

    /// The frame that is indexed. O(1).
    public var frame: RESPFrame { RESPFrame(storage: storage) }

    /// How many nodes the index has, of 16 bytes each: one per value, keys and what is in attributes included.
    public var nodeCount: Int { nodes.count }
}

extension RESPTree: CustomStringConvertible {
    /// The values in a readable form, as a frame's description has them.
    public var description: String { frame.description }
}
