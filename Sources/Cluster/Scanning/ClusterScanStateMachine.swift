// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline

/// What a node says of its own slots; taken before and after it is scanned.
struct ClusterScanView: Equatable {
    /// The node's identifier.
    var node: ClusterNodeID
    /// The slots that it serves.
    var slots: Set<UInt16>
    /// Those among them that are on their way to other nodes, by identifier.
    var leaving: [UInt16: ClusterNodeID] = [:]
    /// Those that are on their way to it.
    var entering: Set<UInt16> = []
    /// Where the nodes are.
    var addresses: [ClusterNodeID: NodeAddress] = [:]

    /// Whether it serves this slot.
    func serves(_ slot: UInt16) -> Bool { slots.contains(slot) }

    /// Whether a key of this slot may be here.
    func has(_ slot: UInt16) -> Bool { slots.contains(slot) || entering.contains(slot) }
}

extension ClusterScanView {
    /// From the answer of the node at `asked` to `CLUSTER NODES`; nil if it doesn't say which one it is.
    init?(_ nodes: [ClusterNodeDescription], from asked: NodeAddress) {
        guard let itself = nodes.first(where: { $0.flags.contains("myself") }) else { return nil }
        node = itself.id
        slots = Set(itself.slots.lazy.flatMap { $0.lowerBound.rawValue...$0.upperBound.rawValue })
        for moving in itself.migrating { leaving[moving.slot.rawValue] = moving.node }
        entering = Set(itself.importing.map(\.slot.rawValue))
        for node in nodes where (1...65_535).contains(node.port) {
            addresses[node.id] = NodeAddress(host: node.address, port: node.port, namedBy: asked)
        }
    }
}

/// Decides which nodes to scan until every key of a cluster has come, while slots move. Pure.
///
/// A slot is done when all of its keys were in one place while that was scanned, from beginning to end, or were on the way
/// from one node to another and that one was scanned after the first: a key is then met before or after its journey. What
/// nobody can see is a slot that goes away and comes back between two looks at its node.
struct ClusterScanStateMachine {
    enum Target: Equatable {
        /// Whoever serves this slot.
        case owner(HashSlot)
        /// This node, by its identifier: keys have gone there.
        case node(ClusterNodeID)
    }

    private enum Progress: Equatable {
        case open
        /// Seen where it came from; the rest is where it goes to.
        case halfway(to: ClusterNodeID)
        case done
    }

    /// No scan looks at more nodes, each time counted: slots that move without end would have it go on without end.
    static let maximumScans = 4_000
    private var slots = [Progress](repeating: .open, count: HashSlot.count)
    private(set) var scans = 0

    /// How many slots are not done.
    var remaining: Int { slots.count { $0 != .done } }

    /// What to scan next; nil when every key has come.
    mutating func next() -> Target? {
        scans += 1
        // Where keys have gone is looked at last: it may get more of them meanwhile.
        if let slot = slots.firstIndex(of: .open) { return HashSlot(rawValue: UInt16(slot)).map(Target.owner) }
        for case .halfway(let node) in slots { return .node(node) }
        return nil
    }

    /// A node was scanned from beginning to end, and said this of itself before and after.
    mutating func scanned(before: ClusterScanView, after: ClusterScanView) {
        for (index, progress) in slots.enumerated() where progress != .done {
            let slot = UInt16(index)
            let wasExpectedHere = progress == .halfway(to: before.node)
            if wasExpectedHere ? before.has(slot) && after.has(slot) : before.serves(slot) && after.serves(slot) {
                // Here were all keys, or all that were not met before; they may be leaving already.
                let target = after.leaving[slot] ?? before.leaving[slot]
                slots[index] = target.map(Progress.halfway) ?? .done
            } else if wasExpectedHere {
                slots[index] = .open
            }
        }
    }

    /// The node that keys have gone to can't be found any more: what it had is looked for anew.
    mutating func lost(_ node: ClusterNodeID) {
        for index in slots.indices where slots[index] == .halfway(to: node) { slots[index] = .open }
    }
}
