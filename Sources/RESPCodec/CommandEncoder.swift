// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Writes commands in the form that servers read: arrays of bulk strings.
///
/// ```swift
/// var encoder = CommandEncoder()
/// encoder.command(3)
/// encoder.bulk("SET")
/// encoder.bulk("visits")
/// encoder.bulk(42)
/// // encoder.span is "*3\r\n$3\r\nSET\r\n$6\r\nvisits\r\n$2\r\n42\r\n"
/// ```
///
/// Bytes go into one growing allocation that is used again after ``removeAll()``: in steady state, nothing is
/// allocated. All methods take O(bytes written).
///
/// Large payloads need not be copied: an encoder made with ``init(sharingPayloadsAbove:capacity:)`` keeps them by
/// reference, and then consists of several segments.
@frozen
public struct CommandEncoder: ~Copyable, Sendable {
    @usableFromInline var buffer: EncodingBuffer
    /// Payloads that stand between the bytes of `buffer`, which has all the others.
    @usableFromInline var payloads: SharedPayloads

    /// Memory that ``removeAll()`` keeps, in bytes.
    @usableFromInline static var keptCapacity: Int { 1 << 20 }

    /// Makes an encoder with room for `capacity` bytes.
    @inlinable public init(capacity: Int = 4096) {
        buffer = EncodingBuffer(capacity: capacity)
        payloads = SharedPayloads()
    }

    /// Makes an encoder that keeps payloads given as ``RESPBytes``, `[UInt8]` or `String` by reference if they have more
    /// than `bytes` bytes, instead of copying them. For vectored writes of large values: each is a segment of its own.
    ///
    /// A segment costs a driver about as much as copying a few KiB does; 16 KiB is a good bound. What is below 24 bytes
    /// lies inside its value and is copied anyhow.
    @inlinable public init(sharingPayloadsAbove bytes: Int, capacity: Int = 4096) {
        buffer = EncodingBuffer(capacity: capacity)
        payloads = SharedPayloads(above: bytes)
    }

    /// How many bytes there are, in all segments.
    @inlinable public var count: Int { buffer.count &+ payloads.count }

    /// Whether there are none.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// Removes all bytes. Keeps up to 1 MiB of memory for what comes next.
    @inlinable public mutating func removeAll() {
        if payloads.count > 0 { payloads.removeAll() }
        buffer.removeAll(keepingAtMost: CommandEncoder.keptCapacity)
    }

    /// Removes the first `count` bytes, such as those that a write has taken. O(1), or O(segments removed).
    ///
    /// - Precondition: there are as many.
    @inlinable public mutating func removeFirst(_ count: Int) {
        if payloads.count > 0 { return removeFirst(acrossSegments: count) }
        buffer.removeFirst(count)
    }

    /// Removes all but the first `count` bytes, such as a command that is not to be sent after all. O(1), or O(segments
    /// removed).
    ///
    /// - Precondition: there are as many.
    @inlinable public mutating func truncate(to count: Int) {
        if payloads.count > 0 { return truncate(acrossSegments: count) }
        buffer.truncate(to: count)
    }

    /// Starts a command of `argumentCount` bulk strings, its name included.
    @inlinable @inline(__always)
    public mutating func command(_ argumentCount: Int) { buffer.putHeader(0x2A, argumentCount) }

    /// Appends `bytes` as they are.
    @inlinable public mutating func raw(_ bytes: Span<UInt8>) {
        buffer.reserve(bytes.count)
        buffer.put(bytes)
    }

    /// Appends the text of an integer as a bulk string.
    @inlinable
    public mutating func bulk<Number: FixedWidthInteger>(_ value: Number) {
        if Number.bitWidth <= 64 {
            buffer.putBulk(magnitude: UInt64(truncatingIfNeeded: value.magnitude), isNegative: value < 0)
        } else {
            buffer.putWide(value)
        }
    }

    /// Appends the shortest text that reads back as the same double as a bulk string: `10`, `0.1`, `1e-7`, `inf`,
    /// `-inf` or `nan`.
    public mutating func bulk(_ value: Double) { buffer.put(value) }

    /// Appends bytes as a bulk string; large ones perhaps by reference, see ``init(sharingPayloadsAbove:capacity:)``.
    @inlinable
    public mutating func bulk(_ bytes: RESPBytes) {
        if bytes.count > payloads.bound { return bulk(sharing: bytes) }
        bulk(bytes.span)
    }
}
