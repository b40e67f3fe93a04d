// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

extension Dictionary where Key == RESPBytes {
    /// The value of the key that is this text in UTF-8, byte for byte; nil if there is none.
    ///
    /// Names come as bytes, since texts that are different bytes may be equal to Swift (é has two forms), and bytes that are
    /// no text would all be the same one.
    @inlinable public subscript(name: String) -> Value? { self[RESPBytes(name)] }
}
