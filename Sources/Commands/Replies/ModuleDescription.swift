// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A module that the server has loaded, in answer to `MODULE LIST`.
public struct ModuleDescription: RESPDecodable, Hashable, Sendable {
    /// The name.
    public var name = ""
    /// The version, by the module's own counting.
    public var version = 0
    /// The file that it came from.
    public var path = ""
    /// What it was loaded with.
    public var arguments: [RESPBytes] = []

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "name": name = try reader.read()
            case "ver": version = try reader.read()
            case "path": path = try reader.read()
            case "args": arguments = try reader.read()
            default: break
            }
        }
    }
}
