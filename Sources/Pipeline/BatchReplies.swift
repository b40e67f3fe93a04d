// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

/// The replies of a batch, one per command, in the order in which the commands were added.
public struct BatchReplies: Sendable {
    @usableFromInline let brand: ObjectIdentifier
    @usableFromInline let first: Int
    // Not a `BatchOutcome`: to take the array out of that, references are counted for each reply.
    @usableFromInline let frames: [RESPFrame]
    /// In place of `frames`, where replies may have been lost.
    @usableFromInline let results: [Result<RESPFrame, any Error>]
    private let server: ServerRecord

    init(brand: ObjectIdentifier, first: Int, _ outcome: BatchOutcome, from server: ServerRecord) {
        self.server = server
        self.brand = brand
        self.first = first
        switch outcome {
        case .answered(let frames): (self.frames, results) = (frames, [])
        case .mixed(let results): (frames, self.results) = ([], results)
        }
    }

    /// How many replies there are.
    @inlinable public var count: Int { frames.isEmpty ? results.count : frames.count }

    /// The reply at a position that there is.
    @inlinable @inline(__always)
    func reply(at position: Int) throws -> RESPFrame {
        frames.isEmpty ? try results[position].get() : frames[position]
    }

    /// The reply of the command that this handle stands for.
    ///
    /// - Throws: the command's own `ServerError` (the commands beside it have run nevertheless), or ``BatchMisuse``
    ///   for a handle of another batch or of an earlier run.
    @inlinable
    public subscript<Reply>(_ handle: Queued<Reply>) -> Reply {
        get throws {
            guard handle.brand == brand else { throw BatchMisuse.handleOfAnotherBatch }
            let position = handle.index &- first
            guard (0..<count).contains(position) else { throw BatchMisuse.handleOfAnotherRun }
            return try value(at: position)
        }
    }

    /// All replies, as values of one type, in the order of the commands; for batches of one kind of command, whose handles
    /// needn't be kept then.
    ///
    ///     for key in keys { pipe.get(key) }
    ///     let values = try await pipe.run().values(as: String?.self)
    ///
    /// - Throws: the `ServerError` of the first command that failed (the others have run nevertheless, and ``results(as:)``
    ///   has their replies), ``ConnectionError`` for a reply that was lost, `RESPTypeMismatch` for one of another type.
    /// - Complexity: O(the replies' bytes). Allocates the array, and what its elements need.
    @inlinable
    public func values<Value: RESPDecodable>(as type: Value.Type = Value.self) throws -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for position in 0..<count { values.append(try value(at: position)) }
        return values
    }

    /// What became of each command, with the replies as values of one type, in the order of the commands.
    @inlinable
    public func results<Value: RESPDecodable>(as type: Value.Type = Value.self) -> [Result<Value, any Error>] {
        (0..<count).map { position in Result { try value(at: position) } }
    }

    /// The decoded reply at a position that there is.
    @inlinable @inline(__always)
    func value<Value: RESPDecodable>(at position: Int) throws -> Value {
        let frame = try reply(at: position)
        if frame.isError { throw failure(frame) }
        return try frame.decode(as: Value.self)
    }

    /// The reply of the command at `position`, counted from 0, as it came; error replies are frames here.
    ///
    /// - Throws: ``ConnectionError`` when this reply was lost (a cluster's batch can lose one node's replies),
    ///   ``BatchMisuse`` for a position that there isn't.
    public func frame(at position: Int) throws -> RESPFrame {
        guard (0..<count).contains(position) else {
            throw BatchMisuse.noSuchPosition(position, count: count)
        }
        return try reply(at: position)
    }

    @usableFromInline
    func failure(_ frame: RESPFrame) -> ServerError { ServerError(reply: frame).explained(by: server.identity) }

    /// The first command that failed, by position, with its error; `nil` if all went well.
    public var firstFailure: (position: Int, error: any Error)? {
        for position in 0..<count {
            do {
                let frame = try reply(at: position)
                if frame.isError { return (position, failure(frame)) }
            } catch {
                return (position, error)
            }
        }
        return nil
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
