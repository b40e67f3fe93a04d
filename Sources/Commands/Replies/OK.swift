// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The answer of a command that only says that it was done. Anything else the server may say is an error.
@frozen public struct OK: RESPDecodable, Hashable, Sendable, CustomStringConvertible {
    /// Done.
    @inlinable public init() {}

    /// Takes any status line, or the same text as a bulk string.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        _ = try String(from: &reader)
    }

    /// `OK`.
    public var description: String { "OK" }
}
