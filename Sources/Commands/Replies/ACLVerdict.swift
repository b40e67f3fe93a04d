// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Whether a user may execute a command, in answer to `ACL DRYRUN`.
public enum ACLVerdict: RESPDecodable, Hashable, Sendable {
    /// It may.
    case allowed
    /// It may not; the server's words say why.
    case denied(String)

    /// Takes `OK` as a status, or a bulk string that says why not.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let isStatus = try reader.peekKind() == .simpleString
        let text = try reader.readString()
        self = isStatus && text == "OK" ? .allowed : .denied(text)
    }
}
