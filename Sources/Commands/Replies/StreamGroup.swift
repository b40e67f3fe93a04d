// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A consumer group, in answer to `XINFO GROUPS`.
public struct StreamGroup: RESPDecodable, Hashable, Sendable {
    /// Its name.
    public var name = RESPBytes()
    /// How many consumers it knows.
    public var consumers = 0
    /// How many entries are delivered and not acknowledged.
    public var pending = 0
    /// The entry that was delivered last.
    public var lastDeliveredID = StreamID.zero
    /// How many entries it has read; nil if the server can't tell.
    public var entriesRead: Int?
    /// How many entries wait to be delivered; nil if the server can't tell.
    public var lag: Int?

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "name": name = try reader.read()
            case "consumers": consumers = try reader.read()
            case "pending": pending = try reader.read()
            case "last-delivered-id": lastDeliveredID = try reader.read()
            case "entries-read": entriesRead = try reader.read()
            case "lag": lag = try reader.read()
            default: break
            }
        }
    }
}

/// A consumer of a group, in answer to `XINFO CONSUMERS`.
public struct StreamConsumer: RESPDecodable, Hashable, Sendable {
    /// Its name.
    public var name = RESPBytes()
    /// How many entries it has got and not acknowledged.
    public var pending = 0
    /// How long ago it tried to read, or to claim something.
    public var idle = Duration.zero
    /// How long ago it got something; nil if it never has, and before Valkey 7.2 and Redis 7.2.
    public var inactive: UnixTime?

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "name": name = try reader.read()
            case "pending": pending = try reader.read()
            case "idle": idle = try reader.readMilliseconds()
            case "inactive":
                // -1 stands for never.
                let milliseconds = try reader.readInteger(as: Int64.self)
                inactive = milliseconds < 0 ? nil : .milliseconds(milliseconds)
            default: break
            }
        }
    }
}

/// A consumer group with all that it knows, in answer to `XINFO STREAM` with `FULL`.
public struct StreamGroupDetails: RESPDecodable, Hashable, Sendable {
    /// An entry that was delivered and not acknowledged.
    public struct Pending: Hashable, Sendable {
        /// The entry.
        public var id: StreamID
        /// Who got it.
        public var consumer: RESPBytes
        /// When it was delivered last.
        public var delivered: UnixTime
        /// How often it was delivered.
        public var deliveries: Int

        /// An entry and what became of it.
        public init(id: StreamID, consumer: RESPBytes, delivered: UnixTime, deliveries: Int) {
            self.id = id
            self.consumer = consumer
            self.delivered = delivered
            self.deliveries = deliveries
        }
    }

    /// One of its consumers.
    public struct Consumer: RESPDecodable, Hashable, Sendable {
        /// Its name.
        public var name = RESPBytes()
        /// When it tried to read or to claim something.
        public var seen = UnixTime.seconds(0)
        /// When it got something, counted likewise; nil if it never has, and before Valkey 7.2 and Redis 7.2.
        public var active: Duration?
        /// How many entries it has got and not acknowledged.
        public var pendingCount = 0
        /// The first of them.
        public var pending: [Pending] = []

        /// Takes a map; unknown fields are skipped.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                switch key {
                case "name": name = try reader.read()
                case "seen-time": seen = try reader.readUnixMilliseconds()
                case "active-time":
                    let milliseconds = try reader.readInteger(as: Int64.self)
                    active = milliseconds < 0 ? nil : .milliseconds(milliseconds)
                case "pel-count": pendingCount = try reader.read()
                case "pending":
                    pending = try reader.readArray { (reader) throws(RESPTypeMismatch) in
                        try reader.readArrayHeader(count: 3)
                        return try reader.readPending(RESPBytes(), at: 1)
                    }
                default: break
                }
            }
            for index in pending.indices { pending[index].consumer = name }
        }
    }

    /// Its name.
    public var name = RESPBytes()
    /// The entry that was delivered last.
    public var lastDeliveredID = StreamID.zero
    /// How many entries it has read; nil if the server can't tell.
    public var entriesRead: Int?
    /// How many entries wait to be delivered; nil if the server can't tell.
    public var lag: Int?
    /// How many entries are delivered and not acknowledged.
    public var pendingCount = 0
    /// The first of them.
    public var pending: [Pending] = []
    /// Its consumers.
    public var consumers: [Consumer] = []

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "name": name = try reader.read()
            case "last-delivered-id": lastDeliveredID = try reader.read()
            case "entries-read": entriesRead = try reader.read()
            case "lag": lag = try reader.read()
            case "pel-count": pendingCount = try reader.read()
            case "pending":
                pending = try reader.readArray { (reader) throws(RESPTypeMismatch) in
                    try reader.readArrayHeader(count: 4)
                    return try reader.readPending(nil, at: 1)
                }
            case "consumers": consumers = try reader.read()
            default: break
            }
        }
    }
}

extension RESPReader {
    /// The rest of an array that begins with an identifier; `consumer` if it isn't in there.
    fileprivate mutating func readPending(
        _ consumer: RESPBytes?, at index: Int
    ) throws(RESPTypeMismatch) -> StreamGroupDetails.Pending {
        let id: StreamID = try readElement(0)
        let name = if let consumer { consumer } else { try readElement(index, as: RESPBytes.self) }
        return StreamGroupDetails.Pending(
            id: id, consumer: name, delivered: try readUnixMilliseconds(), deliveries: try readElement(index + 1))
    }
}
