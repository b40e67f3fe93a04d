// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import RESPCodec
internal import Synchronization

/// One pass over the keys of a cluster, node by node: asks what the machine says.
final class ClusterScan<Key: RESPDecodable & Sendable> {
    private struct Running {
        let node: ClusterNode
        let view: ClusterScanView
        var cursor = ScanCursor.start
    }

    private let router: ClusterRouter
    private let settings: CallSettings
    private let page: @Sendable (ScanCursor) -> SCAN<Key>
    private var machine = ClusterScanStateMachine()
    private var patience = CallPatience()
    private var running: Running?
    /// How often in a row a slot was not where the topology says.
    private var misses = 0
    /// Where nodes are, as those said that were scanned.
    private var addresses: [ClusterNodeID: NodeAddress] = [:]

    init(_ router: ClusterRouter, _ settings: CallSettings, page: @escaping @Sendable (ScanCursor) -> SCAN<Key>) {
        self.router = router
        self.settings = settings
        self.page = page
    }

    /// The next page; nil when every key has come.
    func next() async throws -> [Key]? {
        while true {
            do {
                if running == nil {
                    guard let target = machine.next() else { return nil }
                    running = try await begin(target)
                }
                if let keys = try await readPage() { return keys }
            } catch {
                // A cursor means nothing to another server, nor to the same one after a restart.
                running = nil
                // This has been waited for already.
                if case ClusterError.slotNotServed = error { throw error }
                guard patience.lasts(CallPatience.outlook(after: error)) else { throw error }
            }
        }
    }

    /// nil if there is nothing to scan at the target any more.
    private func begin(_ target: ClusterScanStateMachine.Target) async throws -> Running? {
        guard machine.scans <= ClusterScanStateMachine.maximumScans else {
            throw ClusterError.slotsKeepMoving(machine.remaining)
        }
        switch target {
        case .owner(let slot):
            let deadline = router.callDeadline(from: router.environment.now(), settings)
            try await router.waitForTopology(deadline: deadline)
            let found = try await router.redirecting(slot, mayRepeat: true, settings, deadline: deadline) { node, _ in
                Running(node: node, view: try await self.view(of: node))
            }
            patience.succeeded()
            if found.view.serves(slot.rawValue) {
                misses = 0
                return found
            }
            // It has gone elsewhere, and nobody has told.
            misses += 1
            guard misses < CallPatience.limit else { throw ClusterError.slotNotServed(slot) }
            try await router.refreshTopology()
            return nil
        case .node(let id):
            guard let address = addresses[id] else {
                machine.lost(id)
                return nil
            }
            let node = router.state.withLock { $0.directory.node(at: address) }
            do {
                let view = try await view(of: node)
                if view.node == id { return Running(node: node, view: view) }
            } catch {
                guard CallPatience.outlook(after: error) != nil else { throw error }
            }
            machine.lost(id)
            return nil
        }
    }

    /// nil if there is none yet.
    private func readPage() async throws -> [Key]? {
        guard var scan = running else { return nil }
        let found = try await ask(scan.node, page(scan.cursor))
        patience.succeeded()
        if found.cursor.isFinished {
            machine.scanned(before: scan.view, after: try await view(of: scan.node))
            running = nil
        } else {
            scan.cursor = found.cursor
            running = scan
        }
        return found.elements
    }

    private func view(of node: ClusterNode) async throws -> ClusterScanView {
        let nodes = try await ask(node, CLUSTER.NODES())
        guard let view = ClusterScanView(nodes, from: node.address) else {
            throw ClusterError.topologyUnavailable([])
        }
        addresses.merge(view.addresses) { $1 }
        return view
    }

    private func ask<C: Command>(_ node: ClusterNode, _ command: C) async throws -> C.Reply {
        try await node.client.roundTrip(C.metadata, settings) { command.encode(into: &$0) }.decode(as: C.Reply.self)
    }
}
