// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

extension RESPReader {
    /// Reads named fields from a map, or from the flat array of names and values that RESP2 has in its place.
    ///
    /// `body` must consume exactly the value of each field.
    mutating func readFields(
        _ body: (String, inout RESPReader) throws(RESPTypeMismatch) -> Void
    ) throws(RESPTypeMismatch) {
        for _ in 0..<(try readArrayHeader() / 2) {
            let name = try readString()
            try body(name, &self)
        }
    }
}
