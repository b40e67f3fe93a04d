// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// One value of a ``RESPTree`` in 16 bytes: what it is, where it stands, and what it belongs to.
@frozen @usableFromInline
struct RESPTreeNode: Sendable {
    /// Offset of the marker, 32 bits; parent, 32 bits.
    @usableFromInline var place: UInt64
    /// Type marker, 8 bits. Of aggregates: number of children, 28 bits; the first of them, 28 bits. Of others: bytes
    /// from the marker to the payload, 8 bits; bytes of payload, 32 bits.
    @usableFromInline var content: UInt64

    /// How many nodes a tree may have, so that children fit into 28 bits.
    static var maximumCount: Int { 1 << 28 }
    /// How many bytes a frame may have, so that offsets fit into 32 bits.
    static var maximumBytes: Int { Int(UInt32.max) }

    /// A node that isn't filled in.
    @inline(__always)
    init() {
        place = 0
        content = 0
    }

    /// No value: where nothing follows an attribute.
    init(noneAt offset: Int, parent: Int) {
        self.init(0, at: offset, parent: parent, payload: offset, count: 0)
    }

    /// A null of whichever form.
    @inline(__always)
    init(nullAt offset: Int, parent: Int) {
        self.init(RESPKind.null.rawValue, at: offset, parent: parent, payload: offset &+ 1, count: 0)
    }

    @inline(__always)
    init(_ marker: UInt8, at offset: Int, parent: Int, children: Int, first: Int) {
        place = UInt64(truncatingIfNeeded: offset) << 32 | UInt64(truncatingIfNeeded: parent)
        content =
            UInt64(marker) << 56 | UInt64(truncatingIfNeeded: children) << 28 | UInt64(truncatingIfNeeded: first)
    }

    @inline(__always)
    init(_ marker: UInt8, at offset: Int, parent: Int, payload: Int, count: Int) {
        place = UInt64(truncatingIfNeeded: offset) << 32 | UInt64(truncatingIfNeeded: parent)
        content =
            UInt64(marker) << 56 | UInt64(truncatingIfNeeded: payload &- offset) << 32
            | UInt64(truncatingIfNeeded: count)
    }

    /// The type marker; 0 if there is no value.
    @inlinable @inline(__always)
    var marker: UInt8 { UInt8(truncatingIfNeeded: content >> 56) }

    /// Where the marker stands in the frame.
    @inlinable @inline(__always)
    var offset: Int { Int(truncatingIfNeeded: place >> 32) }

    /// What contains it. Of the value behind an attribute: that attribute.
    @inlinable @inline(__always)
    var parent: Int { Int(truncatingIfNeeded: place & 0xFFFF_FFFF) }

    /// Of aggregates: how many nodes are in it. Keys and values count separately, and the value behind an attribute is
    /// the last child of that.
    @inlinable @inline(__always)
    var children: Int { Int(truncatingIfNeeded: content >> 28 & 0xFFF_FFFF) }

    /// Of aggregates that aren't empty: the first of its children, behind which the others lie.
    @inlinable @inline(__always)
    var firstChild: Int { Int(truncatingIfNeeded: content & 0xFFF_FFFF) }

    /// Of aggregates that aren't empty: the last of its children; of an attribute, the value behind it.
    @inlinable @inline(__always)
    var lastChild: Int { firstChild &+ children &- 1 }

    /// Of other values: where the payload starts in the frame.
    @inlinable @inline(__always)
    var payload: Int { offset &+ Int(truncatingIfNeeded: content >> 32 & 0xFF) }

    /// Of other values: how many bytes the payload has.
    @inlinable @inline(__always)
    var payloadCount: Int { Int(truncatingIfNeeded: content & 0xFFFF_FFFF) }

    /// Whether this is an aggregate.
    @inlinable @inline(__always)
    var hasChildren: Bool {
        switch marker {
        case RESPKind.array.rawValue, RESPKind.map.rawValue, RESPKind.set.rawValue, RESPKind.push.rawValue,
            RESPKind.attribute.rawValue:
            true
        default: false
        }
    }
}
