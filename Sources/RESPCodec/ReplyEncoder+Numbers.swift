// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension ReplyEncoder {
    /// Appends an integer; one that is out of the range of `Int64`, which RESP's integers have, as a big number.
    @inlinable
    public mutating func integer<Number: FixedWidthInteger>(_ value: Number) {
        if let value = Int64(exactly: value) {
            buffer.putLine(0x3A, magnitude: value.magnitude, isNegative: value < 0)
        } else {
            bigNumber(value)
        }
    }

    /// Appends a double: the shortest text that reads back as the same one, as Valkey writes it (`10`, `0.1`, `1e-7`,
    /// `inf`, `-inf`, `nan`). RESP2: a bulk string of that text.
    public mutating func double(_ value: Double) { buffer.put(value, line: version == .resp3 ? 0x2C : nil) }

    /// Appends a boolean. RESP2: the integer 1 or 0.
    public mutating func boolean(_ value: Bool) {
        switch (version, value) {
        case (.resp3, true): literal("#t\r\n")
        case (.resp3, false): literal("#f\r\n")
        case (.resp2, true): literal(":1\r\n")
        case (.resp2, false): literal(":0\r\n")
        }
    }

    /// Appends a null: no value. RESP2: the null bulk string.
    public mutating func null() {
        switch version {
        case .resp3: literal("_\r\n")
        case .resp2: literal("$-1\r\n")
        }
    }

    /// Appends a null where an array could have been, such as what `BLPOP` answers when its time is over: in RESP2, the
    /// null array, which some clients of that version insist on. RESP3: the same as ``null()``.
    public mutating func nullArray() {
        switch version {
        case .resp3: literal("_\r\n")
        case .resp2: literal("*-1\r\n")
        }
    }

    /// Appends an integer as a big number, whatever its size. RESP2: a bulk string of its text.
    @inlinable
    public mutating func bigNumber<Number: FixedWidthInteger>(_ value: Number) {
        buffer.putWide(value, line: version == .resp3 ? 0x28 : nil)
    }

    /// Appends a number of any size. RESP2: a bulk string of its text.
    public mutating func bigNumber(_ value: RESPBigNumber) {
        guard version == .resp3 else { return bulkString(value.digits) }
        buffer.putMarker(0x28)
        raw(value.digits.span)
        buffer.putLineEnd()
    }
}
