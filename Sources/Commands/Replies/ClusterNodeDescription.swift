// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A node as another one sees it: a line of `CLUSTER NODES` and of `CLUSTER REPLICAS`.
public struct ClusterNodeDescription: RESPDecodable, Hashable, Sendable {
    /// A slot that is on its way from one node to another.
    public struct MovingSlot: Hashable, Sendable {
        /// The slot.
        public var slot: HashSlot
        /// The other node.
        public var node: ClusterNodeID

        /// A slot and the other node.
        public init(slot: HashSlot, node: ClusterNodeID) {
            self.slot = slot
            self.node = node
        }
    }

    /// Which node it is.
    public var id: ClusterNodeID
    /// The address; empty if the node that was asked does not know its own.
    public var address: String
    /// The port for clients.
    public var port: Int
    /// The port for other nodes.
    public var busPort: Int?
    /// The host name; nil if there is none.
    public var hostname: String?
    /// `myself`, `master`, `slave`, `fail?`, `fail`, `handshake`, `noaddr`, `nofailover`.
    public var flags: Set<String>
    /// Its primary; nil for a primary.
    public var primary: ClusterNodeID?
    /// When the PING was sent that it owes the answer to; nil if none is owed.
    public var pingSent: UnixTime?
    /// When its last answer came, counted likewise.
    public var pongReceived: UnixTime?
    /// Its configuration's epoch.
    public var epoch: Int
    /// Whether the link to it is up.
    public var isConnected: Bool
    /// The slots that it serves.
    public var slots: [ClosedRange<HashSlot>]
    /// Slots that it gives away.
    public var migrating: [MovingSlot]
    /// Slots that it is to get.
    public var importing: [MovingSlot]

    /// Whether it is a primary.
    public var isPrimary: Bool { flags.contains("master") }

    /// Takes a line of text.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try self.init(line: reader.readString()[...])
    }

    /// Takes a text of lines, or an array of them.
    public static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [Self] {
        try reader.readLines { line throws(RESPTypeMismatch) in try Self(line: line) }
    }

    /// From the server's line.
    ///
    /// - Throws: `RESPTypeMismatch` if there is a field missing, or a number none.
    public init(line: Substring) throws(RESPTypeMismatch) {
        func refuse() -> RESPTypeMismatch {
            RESPTypeMismatch(wanted: "a node of a cluster", found: .text(String(line)))
        }
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 8, let ping = Int64(words[4]), let pong = Int64(words[5]), let epoch = Int(words[6]) else {
            throw refuse()
        }
        // IP:PORT@BUSPORT,HOSTNAME,NAME=VALUE…; an IPv6 address has colons of its own.
        let names = words[1].split(separator: ",", omittingEmptySubsequences: false)
        let ports = names[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let colon = ports[0].lastIndex(of: ":"), let port = Int(ports[0][colon...].dropFirst()) else {
            throw refuse()
        }
        id = ClusterNodeID(rawValue: String(words[0]))
        address = String(ports[0][..<colon])
        self.port = port
        busPort = ports.count > 1 ? Int(ports[1]) : nil
        hostname = names.count > 1 && !names[1].isEmpty && !names[1].contains("=") ? String(names[1]) : nil
        flags = Set(words[2].split(separator: ",").map(String.init))
        primary = words[3] == "-" ? nil : ClusterNodeID(rawValue: String(words[3]))
        pingSent = ping == 0 ? nil : .milliseconds(ping)
        pongReceived = pong == 0 ? nil : .milliseconds(pong)
        self.epoch = epoch
        isConnected = words[7] == "connected"
        (slots, migrating, importing) = ([], [], [])
        for word in words.dropFirst(8) {
            guard readSlots(word) else { throw refuse() }
        }
    }

    /// `0-5460`, `7`, `[93->-NODE]` or `[77-<-NODE]`.
    private mutating func readSlots(_ word: Substring) -> Bool {
        guard word.hasPrefix("[") else {
            guard let range = TextFields.range(word) else { return false }
            slots.append(range)
            return true
        }
        let parts = word.dropFirst().dropLast().split(separator: "-", maxSplits: 2)
        guard parts.count == 3, let slot = UInt16(parts[0]).flatMap(HashSlot.init(rawValue:)) else { return false }
        let moving = MovingSlot(slot: slot, node: ClusterNodeID(rawValue: String(parts[2])))
        if parts[1] == ">" { migrating.append(moving) } else { importing.append(moving) }
        return true
    }
}
