// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import Testing

@testable import Cluster

@Suite struct ClusterScanStateMachineTests {
    /// Slots below 8192 are a's, the others are b's; `moved` say otherwise.
    private func view(
        _ node: ClusterNodeID, leaving: [UInt16: ClusterNodeID] = [:], entering: Set<UInt16> = [],
        with: Set<UInt16> = [],
        without: Set<UInt16> = []
    ) -> ClusterScanView {
        let own: Set<UInt16> = node == "a" ? Set(0..<8192) : node == "b" ? Set(8192..<16_384) : []
        return ClusterScanView(
            node: node, slots: own.union(with).subtracting(without), leaving: leaving, entering: entering)
    }

    /// The machine, by reference: an expectation can't change a value.
    private final class Scan {
        private var machine = ClusterScanStateMachine()

        func next() -> ClusterScanStateMachine.Target? { machine.next() }
        func scanned(_ before: ClusterScanView, _ after: ClusterScanView) {
            machine.scanned(before: before, after: after)
        }
        func lost(_ node: ClusterNodeID) { machine.lost(node) }
        var remaining: Int { machine.remaining }
    }

    private func owner(_ slot: UInt16) -> ClusterScanStateMachine.Target? {
        HashSlot(rawValue: slot).map(ClusterScanStateMachine.Target.owner)
    }

    @Test func `while nothing moves, every node is scanned once`() {
        let scan = Scan()
        #expect(scan.next() == owner(0))
        scan.scanned(view("a"), view("a"))
        #expect(scan.remaining == 8192)
        #expect(scan.next() == owner(8192))
        scan.scanned(view("b"), view("b"))
        #expect(scan.next() == nil)
        #expect(scan.next() == nil)
    }

    @Test func `a slot that went away during the scan of its node is scanned where it went`() {
        let scan = Scan()
        scan.scanned(view("b"), view("b"))
        scan.scanned(view("a"), view("a", without: [7]))
        #expect(scan.next() == owner(7))
        scan.scanned(view("b", with: [7]), view("b", with: [7]))
        #expect(scan.next() == nil)
    }

    @Test func `a slot that came during the scan of a node is not done there`() {
        let scan = Scan()
        scan.scanned(view("b"), view("b", with: [7]))
        scan.scanned(view("a", without: [7]), view("a", without: [7]))
        #expect(scan.next() == owner(7))
        scan.scanned(view("b", with: [7]), view("b", with: [7]))
        #expect(scan.next() == nil)
    }

    @Test func `keys on the way are looked for on both sides, the source first`() {
        for (before, after) in [
            (view("a", leaving: [7: "b"]), view("a", leaving: [7: "b"])), (view("a"), view("a", leaving: [7: "b"])),
        ] {
            let scan = Scan()
            // It had only some of the keys then.
            scan.scanned(view("b", entering: [7]), view("b", entering: [7]))
            scan.scanned(before, after)
            #expect(scan.next() == .node("b"))
            scan.scanned(view("b", entering: [7]), view("b", with: [7]))
            #expect(scan.next() == nil)
        }
    }

    @Test func `a target that is scanned for its own slots is done with those on the way, too`() {
        let scan = Scan()
        scan.scanned(view("a", leaving: [7: "b"]), view("a", leaving: [7: "b"]))
        #expect(scan.next() == owner(8192))
        scan.scanned(view("b", entering: [7]), view("b", entering: [7]))
        #expect(scan.next() == nil)
    }

    @Test func `keys that go on from where they went are followed`() {
        let scan = Scan()
        scan.scanned(view("a", leaving: [7: "b"]), view("a", leaving: [7: "b"]))
        scan.scanned(view("b", entering: [7]), view("b", leaving: [7: "c"], with: [7]))
        #expect(scan.next() == .node("c"))
        scan.scanned(view("c", entering: [7]), view("c", with: [7]))
        #expect(scan.next() == nil)
    }

    @Test func `a move that is taken back, or whose target is gone, is scanned anew`() {
        for isLost in [false, true] {
            let scan = Scan()
            scan.scanned(view("a", leaving: [7: "c"]), view("a", leaving: [7: "c"]))
            scan.scanned(view("b"), view("b"))
            #expect(scan.next() == .node("c"))
            if isLost { scan.lost("c") } else { scan.scanned(view("c", entering: [7]), view("c")) }
            #expect(scan.next() == owner(7))
            scan.scanned(view("a"), view("a"))
            #expect(scan.next() == nil)
        }
    }

    /// A cluster in which anything moves at any time, scanned key by key.
    @Test(arguments: 0..<40) func `whatever moves, every key comes`(seed: Int) {
        var random = Seeded(state: UInt64(seed))
        let nodes: [ClusterNodeID] = ["a", "b", "c"]
        let slots = (0..<6).map { UInt16($0 * 2_000) }
        // Each slot has keys; each key is at its slot's owner, or at the target of a move.
        var owners: [UInt16: ClusterNodeID] = [:]
        var targets: [UInt16: ClusterNodeID] = [:]
        var places: [[ClusterNodeID]] = []
        for _ in slots { places.append(Array(repeating: "", count: 3)) }
        for (index, slot) in slots.enumerated() {
            owners[slot] = nodes.randomElement(using: &random)
            places[index] = Array(repeating: owners[slot] ?? "", count: 3)
        }
        func step() {
            for (index, slot) in slots.enumerated() where Int.random(in: 0..<6, using: &random) == 0 {
                guard let owner = owners[slot] else { continue }
                if let target = targets[slot] {
                    if let key = places[index].firstIndex(of: owner) {
                        places[index][key] = target
                    } else {
                        (owners[slot], targets[slot]) = (target, nil)
                    }
                } else {
                    // In turns: a slot that comes back before its node is looked at again leaves no trace.
                    targets[slot] = ["a": "b", "b": "c", "c": "a"][owner]
                }
            }
        }
        func view(_ node: ClusterNodeID) -> ClusterScanView {
            ClusterScanView(
                node: node, slots: Set(slots.filter { owners[$0] == node }),
                leaving: targets.filter { owners[$0.key] == node },
                entering: Set(targets.filter { $0.value == node }.keys))
        }
        var machine = ClusterScanStateMachine()
        // The slots that nobody uses are done.
        machine.scanned(
            before: ClusterScanView(node: "z", slots: Set(0..<16_384).subtracting(slots)),
            after: ClusterScanView(node: "z", slots: Set(0..<16_384).subtracting(slots)))
        var seen: Set<[Int]> = []
        var scans = 0
        while let target = machine.next(), scans < 2_000 {
            scans += 1
            // After a while everything stands still, so that the scan ends.
            func move() { if scans < 40 { step() } }
            let node: ClusterNodeID =
                switch target {
                case .owner(let slot): owners[slot.rawValue] ?? ""
                case .node(let id): id
                }
            let before = view(node)
            // Keys are met in any order, and the cluster goes on between two of them.
            for index in slots.indices.shuffled(using: &random) {
                for key in 0..<3 {
                    move()
                    if places[index][key] == node { seen.insert([index, key]) }
                }
            }
            machine.scanned(before: before, after: view(node))
        }
        #expect(seen.count == slots.count * 3)
        #expect(machine.remaining == 0)
    }

    @Test func `a node's own words are read`() throws {
        let lines = """
            aa 127.0.0.1:7001@17001,host myself,master - 0 0 1 connected 0-2 9 [1->-bb] [5-<-bb]
            bb :7002@17002 master - 0 0 2 connected 3-8
            """
        let nodes = try lines.split(separator: "\n").map { try ClusterNodeDescription(line: $0) }
        let view = try #require(ClusterScanView(nodes, from: NodeAddress(host: "h", port: 7001)))
        #expect(view.node == "aa")
        #expect(view.slots == [0, 1, 2, 9])
        #expect(view.leaving == [1: "bb"])
        #expect(view.entering == [5])
        #expect(view.addresses["bb"] == NodeAddress(host: "h", port: 7002))
        #expect(ClusterScanView([nodes[1]], from: NodeAddress(host: "h", port: 7001)) == nil)
    }
}

private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
