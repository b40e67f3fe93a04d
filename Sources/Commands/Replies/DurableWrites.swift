// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Where the writes before it are on disk, in answer to `WAITAOF`.
public struct DurableWrites: RESPDecodable, Hashable, Sendable {
    /// Whether they are in the append-only file of the server itself.
    public var isLocal: Bool
    /// In how many replicas' append-only files they are.
    public var replicas: Int

    /// Takes an array of two numbers.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let (local, replicas) = try reader.readPair(Int.self, Int.self)
        (isLocal, self.replicas) = (local > 0, replicas)
    }
}
