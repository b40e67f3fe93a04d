// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPDecodable where Self: RawRepresentable, RawValue: RESPDecodable {
    /// Takes a raw value, so that `enum Role: String, RESPDecodable` is all there is to write.
    ///
    /// - Throws: `RESPTypeMismatch` for what is no raw value, and for one that the type doesn't know.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let start = reader.position
        guard let value = Self(rawValue: try RawValue(from: &reader)) else { throw reader.unknownValue(at: start) }
        self = value
    }
}

extension RESPReader {
    /// What to throw where the value at `start` has the type of a raw value, but none of the known ones.
    @usableFromInline @inline(never)
    func unknownValue(at start: Int) -> RESPTypeMismatch {
        var again = RESPReader(measured: bytes)
        again.position = start
        let kind = (try? again.peekKind()) ?? .null
        guard let payload = try? again.takePayload("") else {
            return RESPTypeMismatch(wanted: "a known value", found: .kind(kind))
        }
        return unconvertible("a known value", payload)
    }
}
