// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline
public import Commands

/// Why a cluster could not be used.
///
/// What a node answered is a `ServerError`, and what befell a connection a `ConnectionError`; they pass through
/// unchanged. These are the errors that only a cluster has.
@nonexhaustive
public enum ClusterError: Error, Hashable, Sendable {
    /// The keys of `command` belong to different slots, `first` and `second`. Nothing was sent.
    ///
    /// Give the keys a common `{tag}`, or split the command.
    case crossSlot(command: String, first: HashSlot, second: HashSlot)
    /// A batch can't hold `command`, which concerns every shard or every node. Nothing was sent. Execute it by itself.
    case needsManyNodes(command: String)
    /// The commands of a transaction, or its watched keys, belong to different slots. Nothing was executed.
    case transactionCrossesSlots(first: HashSlot, second: HashSlot)
    /// A transaction names no key, so that no node can be chosen for it.
    case transactionWithoutKeys
    /// Redirected `count` times in a row; `lastNode` was the next in line. The command was not executed.
    case tooManyRedirects(count: Int, lastNode: NodeAddress)
    /// A redirect or a wait would have gone beyond the deadline. The command was not executed.
    ///
    /// `lastRefusal` is what the last node answered, for example `TRYAGAIN …`.
    case deadlineExceeded(lastRefusal: String)
    /// No node that we know of serves `slot`. The command was not sent.
    case slotNotServed(HashSlot)
    /// No node told us the topology; what each one answered is listed.
    case topologyUnavailable([NodeFailure])
    /// The reply to `CLUSTER SHARDS` or `CLUSTER SLOTS` makes no sense.
    case malformedTopology(TopologyDefect)
    /// A scan of the whole cluster was given up: so many slots went to other nodes again and again while it looked.
    case slotsKeepMoving(Int)
    /// A cluster has only the database 0.
    case databaseNotSupported(Int)
    /// A cluster client needs at least one node to start from, and all of them with a host and a port.
    case noSeeds
    /// The client is closed.
    case closed

    /// Why one node did not tell the topology.
    public struct NodeFailure: Hashable, Sendable {
        /// The node.
        public var node: NodeAddress
        /// What it answered, or what befell the connection.
        public var cause: any Error

        /// A failure from its parts.
        public init(node: NodeAddress, cause: any Error) {
            self.node = node
            self.cause = cause
        }

        /// Equal if the nodes are, and the descriptions of the causes.
        public static func == (left: NodeFailure, right: NodeFailure) -> Bool {
            left.node == right.node && "\(left.cause)" == "\(right.cause)"
        }

        /// Hashes what `==` compares.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(node)
            hasher.combine("\(cause)")
        }
    }

    /// Whether the command may have had an effect on a server: never, all of these precede execution.
    public var mayHaveExecuted: Bool { false }
}

/// What is wrong with a topology reply.
@nonexhaustive
public enum TopologyDefect: Error, Hashable, Sendable {
    /// The reply is of another shape: something else was wanted at `path`, for example `[0].nodes[1].port`.
    case unexpectedShape(wanted: String, found: String, path: String)
    /// A slot number outside of 0 to 16,383, or the end of a range before its start.
    case invalidSlotRange(first: Int, last: Int)
    /// A range without its end.
    case unpairedSlot(Int)
    /// A port outside of 1 to 65,535.
    case invalidPort(Int)
    /// A node without its `field`.
    case missingField(String)
    /// More ranges or nodes than any cluster has.
    case tooLarge
    /// The reply is well-formed, but no node serves any slot.
    case noSlots
}

extension ClusterError: CustomStringConvertible {
    /// One line for people. It holds no key and no value.
    public var description: String {
        switch self {
        case .crossSlot(let command, let first, let second):
            "\(command): keys of different slots, \(first.rawValue) and \(second.rawValue); give them a common {tag}"
        case .needsManyNodes(let command):
            "\(command) concerns many nodes and can't be in a batch: execute it by itself"
        case .transactionCrossesSlots(let first, let second):
            "transaction: keys of different slots, \(first.rawValue) and \(second.rawValue)"
        case .transactionWithoutKeys: "transaction: no key tells the node it belongs to"
        case .tooManyRedirects(let count, let node): "redirected \(count) times, the last time to \(node)"
        case .deadlineExceeded(let refusal): "deadline reached while the cluster answered: \(refusal)"
        case .slotNotServed(let slot): "no known node serves slot \(slot.rawValue)"
        case .topologyUnavailable(let failures):
            "no node told the topology: " + failures.map { "\($0.node): \($0.cause)" }.joined(separator: "; ")
        case .malformedTopology(let defect): "malformed topology: \(defect)"
        case .slotsKeepMoving(let count): "\(count) slots moved again and again during the scan"
        case .databaseNotSupported(let number): "a cluster has only database 0, not \(number)"
        case .noSeeds: "no seed node with a host and a port"
        case .closed: "the cluster client is closed"
        }
    }
}
