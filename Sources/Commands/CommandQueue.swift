// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Something that collects commands to be sent later, in one go: a pipeline, the block of a transaction.
///
/// Every command's method exists on it and returns a ``Queued`` handle instead of a reply. The handle is itself a
/// queue, so that calls chain: `pipeline.set("a", "1").incr("n")`.
public protocol CommandQueue: ~Copyable {
    /// Appends `command`; nothing is sent yet.
    func enqueue<C: Command>(_ command: C) -> Queued<C.Reply>
}

/// Where queued commands gather; the batches of higher layers are such buffers.
///
/// Not `Sendable`: a buffer being filled belongs to one task, and the compiler holds it there.
public protocol CommandBuffer: AnyObject {
    /// Encodes `command` behind those already there.
    ///
    /// - Returns: its position, counted from 0.
    func append<C: Command>(_ command: C) -> Int
}

/// The place of one command in a batch: ask the batch's results for it once they are there.
///
/// Branded with its buffer, so that a handle of another batch is noticed rather than read as the wrong reply.
public struct Queued<Reply: RESPDecodable & Sendable>: CommandQueue {
    /// The buffer that holds the command.
    public let buffer: any CommandBuffer
    /// The command's position in it, counted from 0.
    public let index: Int

    /// The handle of the command at `index` of `buffer`.
    @inlinable
    public init(buffer: any CommandBuffer, index: Int) {
        self.buffer = buffer
        self.index = index
    }

    /// Tells batches apart: equal for handles of the same buffer.
    @inlinable public var brand: ObjectIdentifier { ObjectIdentifier(buffer) }

    /// Appends `command` behind everything that is in this handle's buffer.
    @inlinable
    public func enqueue<C: Command>(_ command: C) -> Queued<C.Reply> {
        Queued<C.Reply>(buffer: buffer, index: buffer.append(command))
    }
}

@available(*, unavailable)
extension Queued: Sendable {}
