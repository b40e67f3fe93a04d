// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a server says of itself in answer to `HELLO`.
public struct ServerGreeting: RESPDecodable, Hashable, Sendable {
    /// The product: `valkey` or `redis`.
    public var server = ""
    /// The product's version.
    public var version = ""
    /// The protocol version that the connection speaks from now on: 2 or 3.
    public var protocolVersion = 2
    /// Which connection it is, as in `CLIENT LIST`.
    public var connectionID: ClientID = 0
    /// `standalone`, `cluster` or `sentinel`.
    public var mode = ""
    /// `master` or `replica`.
    public var role = ""

    /// A greeting with nothing in it.
    public init() {}

    /// Takes a map, or the same as a flat array in RESP2; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "server": server = try reader.read()
            case "version": version = try reader.read()
            case "proto": protocolVersion = try reader.read()
            case "id": connectionID = try reader.read()
            case "mode": mode = try reader.read()
            case "role": role = try reader.read()
            default: break
            }
        }
    }
}
