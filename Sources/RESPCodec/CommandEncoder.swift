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
/// Bytes go into one growing allocation that is used again after ``removeAll()``: in steady state, nothing is allocated.
/// All methods take O(bytes written).
@frozen
public struct CommandEncoder: ~Copyable, Sendable {
    @usableFromInline var buffer: EncodingBuffer

    /// Memory that ``removeAll()`` keeps, in bytes.
    @usableFromInline static var keptCapacity: Int { 1 << 20 }

    /// Makes an encoder with room for `capacity` bytes.
    @inlinable public init(capacity: Int = 4096) { buffer = EncodingBuffer(capacity: capacity) }

    /// How many bytes there are.
    @inlinable public var count: Int { buffer.count }

    /// Whether there are none.
    @inlinable public var isEmpty: Bool { buffer.count == 0 }

    /// The bytes, without a copy.
    @inlinable
    public var span: Span<UInt8> {
        @_lifetime(borrow self) get { buffer.span }
    }

    /// Removes all bytes. Keeps up to 1 MiB of memory for what comes next.
    @inlinable public mutating func removeAll() { buffer.removeAll(keepingAtMost: CommandEncoder.keptCapacity) }

    /// Removes the first `count` bytes, such as those that a write has taken. O(1).
    ///
    /// - Precondition: there are as many.
    @inlinable public mutating func removeFirst(_ count: Int) { buffer.removeFirst(count) }

    /// Removes all but the first `count` bytes, such as a command that is not to be sent after all. O(1).
    ///
    /// - Precondition: there are as many.
    @inlinable public mutating func truncate(to count: Int) { buffer.truncate(to: count) }

    /// Starts a command of `argumentCount` bulk strings, its name included.
    @inlinable @inline(__always)
    public mutating func command(_ argumentCount: Int) {
        buffer.reserve(32)
        header(0x2A, argumentCount)
    }

    /// Appends `bytes` as they are.
    @inlinable public mutating func raw(_ bytes: Span<UInt8>) {
        buffer.reserve(bytes.count)
        buffer.put(bytes)
    }

    /// Appends the text of an integer as a bulk string.
    @inlinable
    public mutating func bulk<Number: FixedWidthInteger>(_ value: Number) {
        if let small = Int64(exactly: value) {
            bulk(magnitude: small.magnitude, isNegative: small < 0)
        } else if let large = UInt64(exactly: value) {
            bulk(magnitude: large, isNegative: false)
        } else {
            bulk(String(value))
        }
    }

    /// Appends the shortest text that reads back as the same double, `inf`, `-inf` or `nan` as a bulk string.
    public mutating func bulk(_ value: Double) {
        bulk(value.description)
    }

    /// Appends bytes as a bulk string.
    @inlinable public mutating func bulk(_ bytes: RESPBytes) { bulk(bytes.span) }

    @usableFromInline
    mutating func bulk(magnitude: UInt64, isNegative: Bool) {
        let digits = CommandEncoder.digits(of: magnitude)
        buffer.reserve(48)
        header(0x24, isNegative ? digits &+ 1 : digits)
        if isNegative { buffer.put(0x2D, count: 1) }
        buffer.put(digitsOf: magnitude, count: digits)
        buffer.put(0x0A0D, count: 2)
    }

    /// Appends a marker and a count with its CRLF, at most 22 bytes for which there is room, and 8 more.
    @inlinable @inline(__always)
    mutating func header(_ marker: UInt64, _ count: Int) {
        let value = UInt64(truncatingIfNeeded: count)
        if value < 10 {
            buffer.put(marker | (48 &+ value) << 8 | 0x0A0D << 16, count: 4)
        } else if value < 100 {
            let tens = value / 10
            buffer.put(marker | (48 &+ tens) << 8 | (48 &+ value &- tens &* 10) << 16 | 0x0A0D << 24, count: 5)
        } else {
            longHeader(marker, value)
        }
    }

    @usableFromInline @inline(never)
    mutating func longHeader(_ marker: UInt64, _ value: UInt64) {
        buffer.put(marker, count: 1)
        buffer.put(digitsOf: value, count: CommandEncoder.digits(of: value))
        buffer.put(0x0A0D, count: 2)
    }

    /// How many decimal digits `value` has.
    static func digits(of value: UInt64) -> Int {
        var digits = 1
        var rest = value
        while rest >= 10_000 {
            rest /= 10_000
            digits += 4
        }
        return digits + (rest >= 1_000 ? 3 : rest >= 100 ? 2 : rest >= 10 ? 1 : 0)
    }
}
