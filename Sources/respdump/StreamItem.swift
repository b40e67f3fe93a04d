// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What stands on the top level of a stream: a reply, a push, an attribute or a command.
struct StreamItem {
    enum Content {
        case frame(RESPFrame)
        /// A long string or error of which only the beginning was kept.
        case beginning(RESPPayloadStart, [UInt8], length: Int)
    }

    let content: Content
    /// Offset of its first byte in the stream.
    let start: Int
    /// Offset behind its last byte.
    let end: Int
    /// Whether something in it came streamed (`$?`, `*?`), so that the frame is not what stands in the stream.
    var isStreamed = false

    /// Whether this is an attribute, which is about the item that follows.
    var isAttribute: Bool {
        guard case .frame(let frame) = content else { return false }
        return frame.withReader { reader in reader.isAtAttribute }
    }

    /// The name of the command that this is, in capital letters.
    var commandName: String? {
        guard case .frame(let frame) = content else { return nil }
        return frame.withReader { reader in
            guard (try? reader.readArrayHeader()) ?? 0 > 0 else { return nil }
            return (try? reader.readString())?.uppercased()
        }
    }
}
