// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a group has delivered and not heard of again, in answer to `XPENDING` without a range.
public struct PendingSummary: RESPDecodable, Hashable, Sendable {
    /// How many entries.
    public var count: Int
    /// The smallest identifier; nil if there is none.
    public var smallest: StreamID?
    /// The greatest identifier; nil if there is none.
    public var greatest: StreamID?
    /// How many entries each consumer has that has any.
    public var consumers: [RESPBytes: Int]

    /// Takes an array of four.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readArrayHeader(count: 4)
        count = try reader.readElement(0)
        smallest = try reader.readElement(1)
        greatest = try reader.readElement(2)
        consumers = [:]
        guard !reader.readNull() else { return }
        for (name, count) in try reader.readPairs(RESPBytes.self, Int.self) { consumers[name] = count }
    }
}

/// An entry that was delivered and not heard of again, in answer to `XPENDING` with a range.
public struct PendingEntry: RESPDecodable, Hashable, Sendable {
    /// The entry.
    public var id = StreamID.zero
    /// Who got it.
    public var consumer = RESPBytes()
    /// How long ago it was delivered last.
    public var idle = Duration.zero
    /// How often it was delivered.
    public var deliveries = 0

    /// Takes an array of four.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readRecord(of: 4, "a pending entry") { (reader) throws(RESPTypeMismatch) in
            id = try reader.readElement(0)
            consumer = try reader.readElement(1)
            idle = try reader.readMilliseconds()
            deliveries = try reader.readElement(3)
        }
    }
}
