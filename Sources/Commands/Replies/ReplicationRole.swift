// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a server is in its replication group, in answer to `ROLE`.
public enum ReplicationRole: RESPDecodable, Hashable, Sendable {
    /// A replica of a primary.
    public struct Replica: RESPDecodable, Hashable, Sendable {
        /// Its address, as it has told its primary.
        public var host = ""
        /// Its port.
        public var port = 0
        /// Up to where it has acknowledged the replication stream, in bytes.
        public var offset = 0

        /// Takes an array of three.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            try reader.readRecord(of: 3, "a replica") { (reader) throws(RESPTypeMismatch) in
                host = try reader.readElement(0)
                port = try reader.readElement(1)
                offset = try reader.readElement(2)
            }
        }
    }

    /// How far a replica has come with its primary.
    public enum LinkState: RawRepresentable, Hashable, Sendable {
        /// It looks for its primary, or is about to connect to it.
        case connect
        /// It is connecting.
        case connecting
        /// It gets all the data.
        case synchronizing
        /// It follows.
        case connected
        /// Another word of the server: `handshake`, `unknown`, …
        case other(String)

        /// From the server's word.
        public init(rawValue: String) {
            self =
                switch rawValue {
                case "connect": .connect
                case "connecting": .connecting
                case "sync": .synchronizing
                case "connected": .connected
                default: .other(rawValue)
                }
        }

        /// The server's word.
        public var rawValue: String {
            switch self {
            case .connect: "connect"
            case .connecting: "connecting"
            case .synchronizing: "sync"
            case .connected: "connected"
            case .other(let word): word
            }
        }
    }

    /// A primary, how far its replication stream has come in bytes, and who follows it.
    case primary(offset: Int, replicas: [Replica])
    /// A replica: of whom, how far it is with that, and how far it has come in the replication stream in bytes; -1 if it
    /// has none yet.
    case replica(primaryHost: String, primaryPort: Int, state: LinkState, offset: Int)
    /// A Sentinel, and the names of the groups that it watches.
    case sentinel(groups: [String])

    /// Takes an array that begins with the role.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let count = try reader.readArrayHeader()
        guard count >= 2 else { throw RESPTypeMismatch(wanted: "a role", found: .count(count)) }
        let role: String = try reader.readElement(0)
        switch role {
        case "master" where count >= 3:
            self = .primary(offset: try reader.readElement(1), replicas: try reader.readElement(2))
            reader.skipRest(count - 3)
        case "slave" where count >= 5:
            self = .replica(
                primaryHost: try reader.readElement(1), primaryPort: try reader.readElement(2),
                state: LinkState(rawValue: try reader.readElement(3)), offset: try reader.readElement(4))
            reader.skipRest(count - 5)
        case "sentinel":
            self = .sentinel(groups: try reader.readElement(1))
            reader.skipRest(count - 2)
        default: throw RESPTypeMismatch(wanted: "a role", found: .text(role)).inside(.index(0))
        }
    }
}
