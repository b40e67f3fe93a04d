// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Cluster
import Commands
import RESPCodec

/// `10.0.0.n:6379`.
func node(_ number: Int) -> NodeAddress { NodeAddress(host: "10.0.0.\(number)", port: 6379) }

/// The slot with this number; numbers beyond the last slot count from 0 again.
func slot(_ number: UInt16) -> HashSlot { HashSlot(rawValue: number % 16_384)! }

extension ClusterTopology {
    /// Nodes 1, 2 and 3 share the slots in equal parts; nodes 4, 5 and 6 replicate them.
    static let threeShards = ClusterTopology(shards: [
        Shard(primary: node(1), replicas: [node(4)], slots: [0...5460]),
        Shard(primary: node(2), replicas: [node(5)], slots: [5461...10922]),
        Shard(primary: node(3), replicas: [node(6)], slots: [10923...16383]),
    ])

    /// The first `slots` slots at node 1, and no others.
    static func partial(_ slots: UInt16) -> ClusterTopology {
        ClusterTopology(shards: [Shard(primary: node(1), slots: [0...(slots - 1)])])
    }
}

/// A key whose slot belongs to node `number` of `ClusterTopology.threeShards`; different for each `index`.
///
/// - Parameter index: 0 to 99.
func key(_ number: Int, _ index: Int = 0) -> String { keysByNode[node(number)]![index] }

private let keysByNode: [NodeAddress: [String]] = {
    let map = SlotMap(.threeShards)
    return Dictionary(grouping: (0..<1000).map { "key\($0)" }) { map[HashSlot(ofKey: $0)]!.primary }
}()

/// `-MOVED` for the slot of `key`.
func moved(_ key: String, to node: NodeAddress) -> FakeCluster.Response {
    .reply("-MOVED \(HashSlot(ofKey: key)) \(node.host):\(node.port)\r\n")
}

/// `-ASK` for the slot of `key`.
func ask(_ key: String, to node: NodeAddress) -> FakeCluster.Response {
    .reply("-ASK \(HashSlot(ofKey: key)) \(node.host):\(node.port)\r\n")
}

/// A command that only reads.
struct Read: ReadOnlyCommand {
    typealias Reply = String
    static let metadata = CommandMetadata(name: "GET", flags: .readOnly, idempotency: .readOnly)
    var key: String

    init(_ key: String) { self.key = key }

    func encode(into encoder: inout CommandEncoder) {
        encoder.command(2)
        encoder.bulk("GET")
        encoder.bulk(key)
    }

    func forEachKey(_ body: (Span<UInt8>) -> Void) { key.bulkString.withSpan(body) }
}

/// A command that must not be executed twice, with any number of keys.
struct Push: Command {
    typealias Reply = String
    static let metadata = CommandMetadata(name: "PUSH", flags: .write, idempotency: .accumulating)
    var keys: [String]

    init(_ keys: String...) { self.keys = keys }

    func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + keys.count)
        encoder.bulk("PUSH")
        for key in keys { encoder.bulk(key) }
    }

    func forEachKey(_ body: (Span<UInt8>) -> Void) {
        for key in keys { key.bulkString.withSpan(body) }
    }
}

/// A command without keys.
struct Keyless: Command {
    typealias Reply = RESPFrame
    static let metadata = CommandMetadata(name: "KEYLESS", flags: [], idempotency: .idempotent)
    var callMetadata: CommandMetadata

    init(
        _ name: String = "KEYLESS", _ nodes: CommandMetadata.RequestPolicy = .none,
        _ answers: CommandMetadata.ResponsePolicy = .none
    ) {
        callMetadata = CommandMetadata(
            name: name, flags: [], idempotency: .idempotent, requestPolicy: nodes, responsePolicy: answers)
    }

    func encode(into encoder: inout CommandEncoder) {
        encoder.command(1)
        encoder.bulk(callMetadata.name)
    }
}
