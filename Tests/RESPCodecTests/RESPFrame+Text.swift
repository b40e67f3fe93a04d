// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

extension RESPFrame {
    /// A frame from its encoding as text.
    init(_ encoding: String) throws(RESPDecodingError) { try self.init(encoded: Array(encoding.utf8)) }
}
