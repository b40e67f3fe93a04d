// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

extension RESPReader {
    /// Reads named fields from a map, or from the flat array of names and values that RESP2 has in its place.
    ///
    /// `body` must take exactly the value of each field.
    mutating func readFields(
        _ body: (String, inout RESPReader) throws(RESPTypeMismatch) -> Void
    ) throws(RESPTypeMismatch) {
        for _ in 0..<(try readMapHeader()) {
            let name = try readString()
            do throws(RESPTypeMismatch) {
                try body(name, &self)
            } catch {
                throw error.inside(.key(name))
            }
        }
    }

    /// Skips what newer servers may have put behind the elements that are known.
    mutating func skipRest(_ count: Int) {
        for _ in 0..<max(0, count) { skip() }
    }
}
