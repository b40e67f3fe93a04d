// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import RESPCodec

extension NodeClient {
    /// Watches keys on a connection of its own; see ``Watching``.
    ///
    ///     let tx = try await client.watch("stock")
    ///     let stock = try await tx.get("stock", as: Int.self) ?? 0
    ///     let multi = tx.multi()
    ///     let left = multi.decr("stock")
    ///     guard let left = try await multi.exec(left) else { … somebody changed it meanwhile … }
    ///
    /// - Throws: as ``execute(_:)``; `TransactionMisuse` without a key.
    public func watch<Key: BulkStringConvertible>(_ keys: Key...) async throws -> Watching {
        try await watch(keys.map(\.bulkString))
    }

    package func watch(_ keys: [BulkString], _ settings: CallSettings = .standard) async throws -> Watching {
        guard !keys.isEmpty else { throw TransactionMisuse.noKeys }
        return try await Watching(self, keys: keys, settings)
    }

    /// Reads under WATCH, decides, and executes in MULTI and EXEC; starts over when a watched key has changed.
    ///
    ///     let left = try await client.transaction(watching: "stock") { tx in
    ///         let stock = try await tx.get("stock", as: Int.self) ?? 0
    ///         guard stock > 0 else { throw SoldOut() }
    ///         let multi = tx.multi()
    ///         let left = multi.decr("stock")
    ///         return multi.commit(left)
    ///     }
    ///
    /// - Parameters:
    ///   - keys: what to watch, at least one key.
    ///   - maximumAttempts: how often to try before giving up. A body that writes a watched key through the client,
    ///     and not through its transaction, would otherwise start over for ever.
    ///   - body: called once per attempt. What it throws ends the transaction and lets the keys go.
    /// - Throws: what the body throws, ``ConnectionError/transactionConflict(attempts:)``, or as ``execute(_:)``. A
    ///   connection that is lost before EXEC left counts as a conflict; a lost reply to EXEC is never sent again.
    public func transaction<Key: BulkStringConvertible, each Reply>(
        watching keys: Key..., maximumAttempts: Int = 16,
        _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
    ) async throws -> (repeat each Reply) {
        // A closure: Swift 6.3's runtime can't make key paths inside functions with parameter packs.
        try await transaction(watching: keys.map { $0.bulkString }, maximumAttempts: maximumAttempts, .standard, body)
    }

    package func transaction<each Reply>(
        watching keys: [BulkString], maximumAttempts: Int, _ settings: CallSettings,
        _ body: (consuming Watching) async throws -> TransactionPlan<repeat each Reply>
    ) async throws -> (repeat each Reply) {
        var attempts = 0
        var moves = RetryStateMachine(configuration.retries, .reading, deadline: nil)
        while true {
            attempts += 1
            do {
                let watching = try await watch(keys, settings)
                let plan = try await body(watching)
                if let replies = try await plan.execute() { return replies }
            } catch let error as ConnectionError {
                guard case .closed(_, .notSent, _) = error, attempts < maximumAttempts else { throw error }
            } catch let error as ServerError where error.isFromReplica && configuration.followsRedirects {
                // Nothing was executed, and elsewhere it can be.
                follow(error)
                let now = environment.moment
                guard attempts < maximumAttempts,
                    let delay = moves.delay(after: error, now: now, random: environment.random(0...1))
                else { throw error }
                if delay > 0 { try await environment.sleep((now + delay).instant) }
                continue
            }
            if attempts >= maximumAttempts { throw ConnectionError.transactionConflict(attempts: attempts) }
        }
    }
}

/// A transaction was asked for in a way that can't work.
public enum TransactionMisuse: Error, Hashable, Sendable {
    /// WATCH needs at least one key.
    case noKeys
}
