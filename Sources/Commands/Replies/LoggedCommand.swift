// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A command that was slow or large, in answer to `SLOWLOG GET` and `COMMANDLOG GET`.
public struct LoggedCommand: RESPDecodable, Hashable, Sendable {
    /// The entry's number.
    public var id = 0
    /// When it was executed.
    public var time = UnixTime.seconds(0)
    /// What was too much: microseconds for the log of slow commands, bytes for those of large requests and replies.
    public var amount = 0
    /// Its words, some of them shortened by the server.
    public var arguments: [RESPBytes] = []
    /// The client's address, with its port.
    public var client = ""
    /// The client's name; empty if it has none.
    public var clientName = ""

    /// How long it took, if this comes from the log of slow commands.
    public var duration: Duration { .microseconds(amount) }

    /// Takes an array of six.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readRecord(of: 6, "a logged command") { (reader) throws(RESPTypeMismatch) in
            id = try reader.readElement(0)
            time = try reader.readUnixSeconds()
            amount = try reader.readElement(2)
            arguments = try reader.readElement(3)
            client = try reader.readElement(4)
            clientName = try reader.readElement(5)
        }
    }
}
