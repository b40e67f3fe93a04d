// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// How client-side caching is set up on a connection, in answer to `CLIENT TRACKINGINFO`.
public struct TrackingInfo: RESPDecodable, Hashable, Sendable {
    /// `off`, `on`, `bcast`, `optin`, `optout`, `noloop`, `broken_redirect`, …
    public var flags: Set<String> = []
    /// The connection that gets invalidation messages in its place; nil if it gets them itself or none.
    public var redirect: ClientID?
    /// The prefixes of keys that are watched in broadcasting mode.
    public var prefixes: [RESPBytes] = []

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "flags": flags = Set(try reader.read([String].self))
            case "redirect":
                let number = try reader.readInteger(as: Int64.self)
                redirect = number > 0 ? ClientID(rawValue: number) : nil
            case "prefixes": prefixes = try reader.read()
            default: break
            }
        }
    }
}
