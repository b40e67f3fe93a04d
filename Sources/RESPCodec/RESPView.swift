// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// One value of a ``RESPTree``, borrowed: it can't outlive the tree, and copying it costs nothing.
///
/// What is read from it is what ``RESPReader`` would read there, of the same forms and with the same mismatches, except
/// that nothing is used up: any value, any number of times, in any order.
///
/// ```swift
/// let reply = "%2\r\n+name\r\n+Ann\r\n+scores\r\n*2\r\n:7\r\n,1.5\r\n"
/// let tree = try RESPTree(RESPFrame(encoded: Array(reply.utf8)))
/// try tree.root["name"].string          // "Ann"
/// try tree.root["scores"][0].integer    // 7
/// try tree.root["scores"][1].integer    // wanted an integer at .scores[1], found the text '1.5'
/// ```
@frozen
public struct RESPView: ~Escapable, Sendable {
    @usableFromInline let nodes: Span<RESPTreeNode>
    @usableFromInline let frameBytes: Span<UInt8>
    /// The chunk that the frame lies in, and where.
    @usableFromInline let chunk: LentChunk
    @usableFromInline let chunkOffset: Int
    @usableFromInline let index: Int

    /// The value at `index`, be it an attribute.
    @inlinable @inline(__always) @_lifetime(copy nodes, copy frame)
    init(exactly index: Int, in nodes: Span<RESPTreeNode>, of frame: Span<UInt8>, chunk: LentChunk, at offset: Int) {
        self.index = index
        self.nodes = nodes
        self.frameBytes = frame
        self.chunk = chunk
        self.chunkOffset = offset
    }

    /// The value at `index`, or the one behind the attribute that stands there.
    @inlinable @inline(__always) @_lifetime(copy nodes, copy frame)
    init(at index: Int, in nodes: Span<RESPTreeNode>, of frame: Span<UInt8>, chunk: LentChunk, at offset: Int) {
        var value = index
        if nodes[value].marker == RESPKind.attribute.rawValue { value = RESPView.valueBehindAttributes(value, nodes) }
        self.init(exactly: value, in: nodes, of: frame, chunk: chunk, at: offset)
    }

    /// Another value of the same tree, attributes before it passed over.
    @inlinable @inline(__always) @_lifetime(copy self)
    func value(at index: Int) -> RESPView {
        RESPView(at: index, in: nodes, of: frameBytes, chunk: chunk, at: chunkOffset)
    }

    @inlinable @inline(__always)
    var node: RESPTreeNode { nodes[index] }

    /// The value that stands behind the attribute at `index` and those that follow it, or the last attribute if none does.
    @usableFromInline
    static func valueBehindAttributes(_ index: Int, _ nodes: Span<RESPTreeNode>) -> Int {
        var index = index
        while nodes[index].marker == RESPKind.attribute.rawValue {
            guard nodes[nodes[index].lastChild].marker != 0 else { break }
            index = nodes[index].lastChild
        }
        return index
    }
}

extension RESPView {
    /// What the value is; ``RESPKind/null`` for RESP2's nulls, too. O(1).
    ///
    /// ``RESPKind/attribute`` for what ``attributes`` gives, and for a frame that is nothing but an attribute.
    @inlinable public var kind: RESPKind { RESPKind(rawValue: node.marker) ?? .attribute }

    /// Whether the value is a null, of whichever protocol version. O(1).
    @inlinable public var isNull: Bool { node.marker == RESPKind.null.rawValue }

    /// Whether the value is an error from the server. O(1).
    @inlinable public var isError: Bool { kind.isError }

    /// How many elements an array, a set or a push has, how many pairs a map or an attribute; 0 for anything else. O(1).
    @inlinable
    public var count: Int {
        switch node.marker {
        case RESPKind.array.rawValue, RESPKind.set.rawValue, RESPKind.push.rawValue: node.children
        case RESPKind.map.rawValue, RESPKind.attribute.rawValue: node.children / 2
        default: 0
        }
    }

    /// The attribute before this value, whose pairs are reached as those of a map; nil if there is none. O(1).
    ///
    /// Should several stand before a value, the nearest one; those further away are the `attributes` of that.
    public var attributes: RESPView? {
        @_lifetime(copy self) get {
            guard let attribute = attributeBefore(index) else { return nil }
            return RESPView(exactly: attribute, in: nodes, of: frameBytes, chunk: chunk, at: chunkOffset)
        }
    }

    /// The way to it from the frame's value: what the path of a mismatch starts with.
    ///
    /// - Complexity: O(depth).
    public var path: [RESPTypeMismatch.PathComponent] {
        var steps: [RESPTypeMismatch.PathComponent] = []
        var child = index
        while child > 0 {
            // A value behind an attribute stands in the place of that.
            if let attribute = attributeBefore(child) {
                child = attribute
                continue
            }
            let parent = nodes[child].parent
            let position = child - nodes[parent].firstChild
            switch nodes[parent].marker {
            case RESPKind.map.rawValue, RESPKind.attribute.rawValue:
                if position & 1 == 1, let key = value(at: child - 1).text {
                    steps.append(RESPTypeMismatch.PathComponent(key: key))
                } else {
                    steps.append(.index(position / 2))
                }
            default:
                steps.append(.index(position))
            }
            child = parent
        }
        steps.reverse()
        return steps
    }

    /// The node of the attribute that stands right before the value at `index`.
    func attributeBefore(_ index: Int) -> Int? {
        let parent = nodes[index].parent
        guard index > 0, nodes[parent].marker == RESPKind.attribute.rawValue, nodes[parent].lastChild == index else {
            return nil
        }
        return parent
    }
}
