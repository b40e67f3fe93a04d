// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline
internal import Commands
public import RESPCodec

extension ClusterTopology {
    /// The topology that a reply to `CLUSTER SHARDS` tells (Valkey; Redis from 7.0 on).
    ///
    /// Takes the maps of RESP3 and the flat arrays of RESP2, and fields in any order; unknown ones are passed over.
    /// Of each shard the healthy primary counts, or the first primary if none is healthy; only healthy replicas do.
    /// A shard in which nobody is a primary is left out: its slots are not served.
    ///
    /// - Parameters:
    ///   - frame: the whole reply.
    ///   - asked: the node that sent it. It lends its host to nodes whose own is unknown.
    ///   - usesTLS: whether to take the TLS ports; the other kind is taken where a node has only that.
    /// - Throws: ``ClusterError/malformedTopology(_:)``.
    /// - Complexity: O(size of the reply + number of slots).
    public init(
        shardsReply frame: RESPFrame, from asked: NodeAddress, usesTLS: Bool = false
    ) throws(ClusterError) {
        do throws(TopologyDefect) {
            let parser = TopologyParser(asked: asked, usesTLS: usesTLS)
            self.init(shards: try parser.shards(TopologyReply(frame)))
        } catch {
            throw .malformedTopology(error)
        }
    }

    /// The topology that a reply to `CLUSTER SLOTS` tells.
    ///
    /// - Parameters:
    ///   - frame: the whole reply.
    ///   - asked: the node that sent it. It lends its host to nodes whose own is unknown.
    /// - Throws: ``ClusterError/malformedTopology(_:)``.
    /// - Complexity: O(size of the reply + number of slots).
    public init(slotsReply frame: RESPFrame, from asked: NodeAddress) throws(ClusterError) {
        do throws(TopologyDefect) {
            let parser = TopologyParser(asked: asked, usesTLS: false)
            self.init(shards: try parser.slots(TopologyReply(frame)))
        } catch {
            throw .malformedTopology(error)
        }
    }
}

/// Reads the two topology replies. Pure.
private struct TopologyParser {
    let asked: NodeAddress
    let usesTLS: Bool

    /// No cluster has more nodes in one shard or lists a slot more often: replies beyond cost time and mean nothing.
    private static let nodeLimit = 1000
    private static let slotMentionLimit = 16 * HashSlot.count

    // MARK: CLUSTER SHARDS

    func shards(_ reply: TopologyReply) throws(TopologyDefect) -> [ClusterTopology.Shard] {
        var shards: [ClusterTopology.Shard] = []
        var mentions = 0
        for entry in try reply.list() {
            var slots: [ClosedRange<UInt16>] = []
            var nodes: [ListedNode] = []
            for (name, value) in try entry.fields() {
                switch name {
                case "slots": slots = try ranges(value, mentions: &mentions)
                case "nodes":
                    let list = try value.list()
                    guard list.count <= Self.nodeLimit else { throw .tooLarge }
                    for node in list { nodes.append(try listedNode(node)) }
                default: break
                }
            }
            let primaries = nodes.filter(\.isPrimary)
            guard let primary = primaries.first(where: \.isHealthy) ?? primaries.first else { continue }
            let replicas = nodes.filter { $0.isHealthy && !$0.isPrimary && $0.address != primary.address }
            shards.append(.init(primary: primary.address, replicas: replicas.map(\.address), slots: slots))
        }
        return shards
    }

    /// One node as `CLUSTER SHARDS` lists it.
    private struct ListedNode {
        var address: NodeAddress
        var isPrimary: Bool
        var isHealthy: Bool
    }

    private func listedNode(_ reply: TopologyReply) throws(TopologyDefect) -> ListedNode {
        var endpoint: String?
        var ip: String?
        var plainPort: Int?
        var tlsPort: Int?
        var role: String?
        var health = "online"
        for (name, value) in try reply.fields() {
            switch name {
            case "endpoint": endpoint = try value.textOrNull()
            case "ip": ip = try value.textOrNull()
            case "port": plainPort = try value.integer()
            case "tls-port": tlsPort = try value.integer()
            case "role": role = try value.text()
            case "health": health = try value.text()
            default: break
            }
        }
        guard let role else { throw .missingField("role") }
        guard let port = usesTLS ? tlsPort ?? plainPort : plainPort ?? tlsPort else { throw .missingField("port") }
        return ListedNode(
            address: try address(endpoint, ip: ip, port: port),
            isPrimary: role == "master" || role == "primary",
            isHealthy: health == "online")
    }

    private func ranges(
        _ reply: TopologyReply, mentions: inout Int
    ) throws(TopologyDefect) -> [ClosedRange<UInt16>] {
        var ranges: [ClosedRange<UInt16>] = []
        var first: Int?
        for item in try reply.list() {
            let number = try item.integer()
            if let start = first {
                ranges.append(try range(start, number, mentions: &mentions))
                first = nil
            } else {
                first = number
            }
        }
        if let first { throw .unpairedSlot(first) }
        return ranges
    }

    // MARK: CLUSTER SLOTS

    func slots(_ reply: TopologyReply) throws(TopologyDefect) -> [ClusterTopology.Shard] {
        var shards: [ClusterTopology.Shard] = []
        var mentions = 0
        for entry in try reply.list() {
            let items = try entry.list()
            guard items.count <= Self.nodeLimit else { throw .tooLarge }
            guard items.count >= 2 else { throw .missingField("slots") }
            let range = try range(items[0].integer(), items[1].integer(), mentions: &mentions)
            var nodes: [NodeAddress] = []
            for node in items[2...] { nodes.append(try slotNode(node)) }
            // A range without nodes is not served.
            guard let primary = nodes.first else { continue }
            shards.append(.init(primary: primary, replicas: nodes.dropFirst().filter { $0 != primary }, slots: [range]))
        }
        return shards
    }

    /// `[endpoint, port, id, metadata]`; servers before 4.0 leave out the id, before 7.0 the metadata.
    private func slotNode(_ reply: TopologyReply) throws(TopologyDefect) -> NodeAddress {
        let items = try reply.list()
        guard items.count >= 2 else { throw .missingField("port") }
        var ip: String?
        if items.count > 3 {
            for (name, value) in try items[3].fields() where name == "ip" { ip = try value.textOrNull() }
        }
        return try address(items[0].textOrNull(), ip: ip, port: items[1].integer())
    }

    // MARK: Both

    /// Null and "" mean the host that was asked. `?` means that the name people should use was never configured: the
    /// IP address is used if the server tells it (valkey.io, `CLUSTER SLOTS`).
    private func address(_ endpoint: String?, ip: String?, port: Int) throws(TopologyDefect) -> NodeAddress {
        guard (1...65_535).contains(port) else { throw .invalidPort(port) }
        return NodeAddress(host: endpoint == "?" ? ip : endpoint, port: port, namedBy: asked)
    }

    private func range(
        _ first: Int, _ last: Int, mentions: inout Int
    ) throws(TopologyDefect) -> ClosedRange<UInt16> {
        guard (0..<HashSlot.count).contains(first), (first..<HashSlot.count).contains(last) else {
            throw .invalidSlotRange(first: first, last: last)
        }
        mentions += last - first + 1
        guard mentions <= Self.slotMentionLimit else { throw .tooLarge }
        return UInt16(first)...UInt16(last)
    }
}
