// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The answer of `SET`: whether the value was stored.
///
/// Without a condition it always is; with one that isn't met, the server answers null.
@frozen public struct SetReply: RESPDecodable, Hashable, Sendable {
    /// Whether the value was stored; `false` only if the command had a condition.
    public let isStored: Bool

    /// The answer of a command that stored its value, or did not.
    @inlinable public init(isStored: Bool) { self.isStored = isStored }

    /// Takes `OK` as stored and null as not stored.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        isStored = try OK?(from: &reader) != nil
    }
}
