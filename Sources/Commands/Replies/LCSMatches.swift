// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Where two strings have something in common, in answer to `LCS` with `IDX`.
public struct LCSMatches: RESPDecodable, Hashable, Sendable {
    /// A part that both have. Positions are in bytes from 0.
    public struct Match: RESPDecodable, Hashable, Sendable {
        /// Where it is in the first string.
        public var first: ClosedRange<Int>
        /// Where it is in the second.
        public var second: ClosedRange<Int>
        /// How long it is; nil if that was not asked for.
        public var length: Int?

        /// Takes an array of two ranges, and a length if there is one.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            let count = try reader.readArrayHeader()
            guard count >= 2 else { throw RESPTypeMismatch(wanted: "two ranges", found: .count(count)) }
            first = try Self.range(&reader)
            second = try Self.range(&reader)
            if count > 2 { length = try reader.readElement(2) }
            reader.skipRest(count - 3)
        }

        private static func range(_ reader: inout RESPReader) throws(RESPTypeMismatch) -> ClosedRange<Int> {
            let (first, last) = try reader.readPair(Int.self, Int.self)
            guard first <= last else { throw RESPTypeMismatch(wanted: "a range", found: .text("\(first)-\(last)")) }
            return first...last
        }
    }

    /// The parts, from the end of the strings to their beginning.
    public var matches: [Match] = []
    /// How long all of them are together.
    public var length = 0

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "matches": matches = try reader.read()
            case "len": length = try reader.read()
            default: break
            }
        }
    }
}
