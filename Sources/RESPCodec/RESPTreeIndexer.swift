// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Makes the nodes of a ``RESPTree``: counts the values, then walks over them once more to fill in a node for each.
///
/// There is no stack. Children lie in a block of their own, and where to go on behind a block is kept in its last node
/// until that is filled in.
struct RESPTreeIndexer: ~Copyable, ~Escapable {
    private var reader: RESPReader

    /// Indexes `bytes`, which a scanner has found to be one frame.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { reader = RESPReader(measured: bytes) }

    /// The nodes, that of the frame's value, or of the attribute before it, first.
    mutating func nodes(limit: Int) throws(RESPDecodingError) -> ContiguousArray<RESPTreeNode> {
        var nodes = ContiguousArray(repeating: RESPTreeNode(), count: try countNodes(limit: limit))
        reader.position = 0
        var span = nodes.mutableSpan
        fill(&span)
        return nodes
    }

    private mutating func countNodes(limit: Int) throws(RESPDecodingError) -> Int {
        var count = 1
        while !reader.isAtEnd {
            let offset = reader.position
            switch reader.bytes[offset] {
            case RESPKind.bulkString.rawValue, RESPKind.bulkError.rawValue, RESPKind.verbatimString.rawValue:
                let length = reader.takeHeader().number
                if length >= 0 { reader.position &+= length &+ 2 }
            case RESPKind.array.rawValue, RESPKind.set.rawValue, RESPKind.push.rawValue:
                count += max(0, reader.takeHeader().number)
            case RESPKind.map.rawValue:
                count += 2 * reader.takeHeader().number
            case RESPKind.attribute.rawValue:
                count += 2 * reader.takeHeader().number + 1
            default:
                reader.position = reader.bytes.endOfLine(from: offset &+ 1) &+ 2
            }
            guard count <= limit else { throw .tooManyElements(declared: count, limit: limit, offset: offset) }
        }
        return count
    }

    private mutating func fill(_ nodes: inout MutableSpan<RESPTreeNode>) {
        var place = Place(node: 0, end: 1, parent: 0)
        nodes[0] = Place.none.asNode
        var used = 1
        while place.end > 0, !reader.isAtEnd {
            let next = place.isLast ? Place(nodes[place.node]) : place.next
            let offset = reader.position
            let marker = reader.bytes[offset]
            let children: Int
            switch marker {
            case RESPKind.bulkString.rawValue, RESPKind.bulkError.rawValue, RESPKind.verbatimString.rawValue:
                let length = reader.takeHeader().number
                if length >= 0 {
                    let format = marker == RESPKind.verbatimString.rawValue ? 4 : 0
                    nodes[place.node] = RESPTreeNode(
                        marker, at: offset, parent: place.parent, payload: reader.position &+ format,
                        count: length &- format)
                    reader.position &+= length &+ 2
                } else {
                    nodes[place.node] = RESPTreeNode(nullAt: offset, parent: place.parent)
                }
                place = next
                continue
            case RESPKind.array.rawValue, RESPKind.set.rawValue, RESPKind.push.rawValue:
                children = reader.takeHeader().number
            case RESPKind.map.rawValue:
                children = 2 &* reader.takeHeader().number
            case RESPKind.attribute.rawValue:
                children = 2 &* reader.takeHeader().number &+ 1
            default:
                let end = reader.bytes.endOfLine(from: offset &+ 1)
                nodes[place.node] = RESPTreeNode(
                    marker, at: offset, parent: place.parent, payload: offset &+ 1, count: end &- offset &- 1)
                reader.position = end &+ 2
                place = next
                continue
            }
            guard children > 0 else {
                nodes[place.node] =
                    children < 0
                    ? RESPTreeNode(nullAt: offset, parent: place.parent)
                    : RESPTreeNode(marker, at: offset, parent: place.parent, children: 0, first: 0)
                place = next
                continue
            }
            nodes[place.node] = RESPTreeNode(marker, at: offset, parent: place.parent, children: children, first: used)
            place = Place(node: used, end: used &+ children, parent: place.node)
            used &+= children
            nodes[used &- 1] = next.asNode
        }
        // Behind an attribute that is a frame of its own, there is no value.
        if place.end > 0 { nodes[place.node] = RESPTreeNode(noneAt: reader.position, parent: place.parent) }
    }
}

extension RESPTreeIndexer {
    /// The node to be filled in next, and the block that it is in.
    private struct Place {
        var node: Int
        var end: Int
        var parent: Int

        /// Behind the last value.
        static var none: Place { Place(node: 0, end: 0, parent: 0) }

        @inline(__always)
        init(node: Int, end: Int, parent: Int) {
            self.node = node
            self.end = end
            self.parent = parent
        }

        @inline(__always)
        init(_ node: RESPTreeNode) {
            self.init(
                node: Int(truncatingIfNeeded: node.place >> 32), end: Int(truncatingIfNeeded: node.place & 0xFFFF_FFFF),
                parent: Int(truncatingIfNeeded: node.content))
        }

        /// The place, kept in a node that hasn't been filled in.
        @inline(__always)
        var asNode: RESPTreeNode {
            var kept = RESPTreeNode()
            kept.place = UInt64(truncatingIfNeeded: node) << 32 | UInt64(truncatingIfNeeded: end)
            kept.content = UInt64(truncatingIfNeeded: parent)
            return kept
        }

        @inline(__always)
        var isLast: Bool { node &+ 1 == end }

        @inline(__always)
        var next: Place { Place(node: node &+ 1, end: end, parent: parent) }
    }
}
