// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import Pipeline
internal import RESPCodec
internal import Synchronization

extension ClusterRouter {
    /// Watches keys of one slot on a connection of their own at the slot's node, for a transaction by hand.
    ///
    /// WATCH itself follows redirects. Afterwards nothing does: if the slot moves, the transaction's commands fail with
    /// the server's error and nothing is executed.
    ///
    /// - Throws: ``ClusterError/transactionCrossesSlots(first:second:)``, ``ClusterError/transactionWithoutKeys``; as
    ///   ``execute(_:)``.
    public func watch<Key: BulkStringConvertible>(_ keys: Key...) async throws -> Watching {
        try await watch(keys.map { $0.bulkString })
    }

    package func watch(_ keys: [BulkString]) async throws -> Watching {
        let slot = try Self.onlySlot(of: keys)
        let deadline = callDeadline(from: environment.now())
        try await waitForTopology(deadline: deadline)
        return try await redirecting(slot, mayRepeat: true, .standard, deadline: deadline, canAsk: false) { node, _ in
            try await node.client.watch(keys)
        }
    }

    /// Reads under WATCH, decides, and executes in MULTI and EXEC, all at the node of the keys' slot; starts over when
    /// a watched key has changed or the slot has moved.
    ///
    /// - Parameters:
    ///   - keys: what to watch, at least one key, all of one slot. All keys that the transaction uses must be of it.
    ///   - maximumAttempts: how often to try against concurrent writers before giving up.
    ///   - body: called once per attempt. What it throws ends the transaction and lets the keys go, except the redirects
    ///     and refusals that its commands throw, which start it over at the right node.
    /// - Throws: as `NodeClient.transaction(watching:)`, and as ``watch(_:)``.
    public func transaction<Key: BulkStringConvertible, each Reply>(
        watching keys: Key..., maximumAttempts: Int = 16,
        _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
    ) async throws -> (repeat each Reply) {
        try await transaction(watching: keys.map { $0.bulkString }, maximumAttempts: maximumAttempts, body)
    }

    package func transaction<each Reply>(
        watching keys: [BulkString], maximumAttempts: Int,
        _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
    ) async throws -> (repeat each Reply) {
        let slot = try Self.onlySlot(of: keys)
        try await waitForTopology(deadline: callDeadline(from: environment.now()))
        return try await redirecting(slot, mayRepeat: false, .standard, deadline: nil, canAsk: false) { node, _ in
            try await node.client.transaction(watching: keys, maximumAttempts: maximumAttempts, .standard, body)
        }
    }

    private static func onlySlot(of keys: [BulkString]) throws(ClusterError) -> HashSlot {
        let slots = keys.map { HashSlot(ofKey: $0) }
        guard let first = slots.first else { throw .transactionWithoutKeys }
        if let second = slots.first(where: { $0 != first }) {
            throw .transactionCrossesSlots(first: first, second: second)
        }
        return first
    }
}
