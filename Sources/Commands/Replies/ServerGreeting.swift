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
    /// The connection's number, as in `CLIENT LIST`.
    public var connectionID = 0
    /// `standalone`, `cluster` or `sentinel`.
    public var mode = ""
    /// `master` or `replica`.
    public var role = ""

    /// A greeting with nothing in it.
    public init() {}

    /// Takes a map, or the same as a flat array in RESP2; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (name, reader) throws(RESPTypeMismatch) in
            switch name {
            case "server": server = try String(from: &reader)
            case "version": version = try String(from: &reader)
            case "proto": protocolVersion = try Int(from: &reader)
            case "id": connectionID = try Int(from: &reader)
            case "mode": mode = try String(from: &reader)
            case "role": role = try String(from: &reader)
            default: reader.skip()
            }
        }
    }
}
