// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import Pipeline
internal import Pool

extension ClusterRouter {
    /// Lends a connection, to the primary that has this key, that nobody else uses meanwhile.
    ///
    /// As `NodeClient.withConnection`. Within the scope redirects are not followed: a command whose slot has moved fails
    /// with the server's error, and the next scope for the key begins at the right node.
    ///
    /// - Throws: what `body` throws; as ``execute(_:)`` if there is no connection to be had.
    public func withConnection<Key: BulkStringConvertible, R>(
        for key: Key, _ body: (borrowing LeasedConnection) async throws -> R
    ) async throws -> R {
        try await withConnection(for: key.bulkString, .standard, body)
    }

    func withConnection<R>(
        for key: BulkString, _ settings: CallSettings, _ body: (borrowing LeasedConnection) async throws -> R
    ) async throws -> R {
        let slot = key.withSpan { HashSlot(ofKey: $0) }
        let deadline = callDeadline(from: environment.now(), settings)
        try await waitForTopology(deadline: deadline)
        var owner: ClusterNode?
        let lease = try await redirecting(slot, mayRepeat: true, settings, deadline: deadline) { node, _ in
            owner = node
            return try await node.lease(deadline)
        }
        guard let owner else { throw ClusterError.slotNotServed(slot) }
        do {
            return try await owner.client.lend(lease, settings, body)
        } catch {
            learn(from: error, at: owner)
            throw error
        }
    }

    /// Takes note of a redirect that is not followed.
    private func learn(from error: any Error, at node: ClusterNode) {
        guard let refusal = RedirectStateMachine.Refusal(error, from: node.address) else { return }
        var machine = RedirectStateMachine(mayRepeat: false, deadline: nil)
        perform(machine.refused(refusal, by: node.address, at: environment.now(), jitter: jitter()), by: node)
    }
}
