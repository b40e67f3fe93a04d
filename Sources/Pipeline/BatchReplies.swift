// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

/// The replies of a batch, one per command, in the order in which the commands were added.
public struct BatchReplies: Sendable {
    private let brand: ObjectIdentifier
    private let first: Int
    private let results: [Result<RESPFrame, any Error>]

    init(brand: ObjectIdentifier, first: Int, _ results: [Result<RESPFrame, any Error>]) {
        self.brand = brand
        self.first = first
        self.results = results
    }

    /// How many replies there are.
    public var count: Int { results.count }

    /// The reply of the command that this handle stands for.
    ///
    /// - Throws: the command's own `ServerError` (the commands beside it have run nevertheless), or ``BatchMisuse``
    ///   for a handle of another batch or of an earlier run.
    public subscript<Reply>(_ handle: Queued<Reply>) -> Reply {
        get throws {
            guard handle.brand == brand else { throw BatchMisuse.handleOfAnotherBatch }
            guard results.indices.contains(handle.index - first) else { throw BatchMisuse.handleOfAnotherRun }
            return try decode(at: handle.index - first)
        }
    }

    /// The reply of the command at `position`, counted from 0, as it came; error replies are frames here.
    ///
    /// - Throws: ``ConnectionError`` when this reply was lost (a cluster's batch can lose one node's replies),
    ///   ``BatchMisuse`` for a position that there isn't.
    public func frame(at position: Int) throws -> RESPFrame {
        guard results.indices.contains(position) else { throw BatchMisuse.noSuchPosition(position, count: count) }
        return try results[position].get()
    }

    /// The first command that failed, by position, with its error; `nil` if all went well.
    public var firstFailure: (position: Int, error: any Error)? {
        for (position, result) in results.enumerated() {
            switch result {
            case .failure(let error): return (position, error)
            case .success(let frame): if let error = ServerError(frame) { return (position, error) }
            }
        }
        return nil
    }

    func decode<Reply: RESPDecodable>(at position: Int) throws -> Reply {
        let frame = try results[position].get()
        if let error = ServerError(frame) { throw error }
        return try frame.decode(as: Reply.self)
    }
}

/// A reply was asked for in a way that can't work.
public enum BatchMisuse: Error, Hashable, Sendable {
    /// The handle was made by another batch.
    case handleOfAnotherBatch
    /// The handle was made before an earlier run of the batch, or after this one.
    case handleOfAnotherRun
    /// There is no command at this position.
    case noSuchPosition(Int, count: Int)
}
