// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The answer of `TIME`: the server's clock.
public struct ServerTime: RESPDecodable, Hashable, Sendable {
    /// The time; to the microsecond.
    public var time: UnixTime

    /// Takes an array of seconds and microseconds.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let (seconds, microseconds) = try reader.readPair(Int.self, Int.self)
        time = UnixTime(sinceEpoch: .seconds(seconds) + .microseconds(microseconds))
    }
}
