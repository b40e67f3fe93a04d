// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

/// Commands that wait to be sent together.
///
/// Fill it through the command methods, which return handles, then ``run(atomic:)`` it and ask the replies with these:
///
///     let pipe = client.pipeline()
///     let stored = pipe.set("a", "1")
///     let count = pipe.incr("n")
///     let replies = try await pipe.run()
///     print(try replies[count])
///
/// Nothing is sent before `run`; after it, with or without success, the batch is empty and can be filled again. It
/// belongs to one task: the compiler refuses to share it.
public final class CommandBatch: CommandBuffer, CommandQueue {
    /// The encoded commands, moved out as a whole when they are run. Use `withContent`.
    @exclusivity(unchecked) @usableFromInline var content = BatchContent()
    /// Whether somebody does: see there.
    @exclusivity(unchecked) @usableFromInline var contentIsLent = false
    /// What the first refused command is guilty of; thrown by `run` before anything is sent.
    @usableFromInline var misuse: CommandMisuse?
    /// The index of the first command of this filling; handles of earlier ones are below it.
    var firstIndex: Int { withContent { $0.firstIndex } }
    private let runner: any BatchRunner

    package init(runner: any BatchRunner) {
        self.runner = runner
        withContent { $0.recordsSlots = runner.recordsSlots }
    }

    /// How many commands wait.
    public var count: Int { withContent { $0.count } }

    /// Adds a command; a handle for its reply comes back.
    @discardableResult @inlinable
    public func enqueue<C: Command>(_ command: C) -> Queued<C.Reply> {
        Queued(buffer: self, index: append(command))
    }

    /// Adds a command and returns its index. The handles do this; call ``enqueue(_:)``.
    @inlinable
    public func append<C: Command>(_ command: C) -> Int {
        // The facts are asked for once and hardly ever passed on: giving them up costs as much as encoding does.
        let metadata = command.callMetadata
        let (flags, idempotency) = (metadata.flags, metadata.idempotency)
        if !flags.isDisjoint(with: [.bindsConnection, .blocking, .lacksArguments]) { refuse(command.callMetadata) }
        return withContent { $0.append(command, flags, idempotency) }
    }

    @usableFromInline
    func refuse(_ metadata: CommandMetadata) {
        if misuse != nil { return }
        misuse = metadata.misuse ?? .blocksConnection(name: metadata.name)
    }

    /// Sends everything that was added in one piece and waits for all replies.
    ///
    /// - Parameter atomic: whether to wrap the commands in MULTI and EXEC, so that the server executes them with
    ///   nothing in between. In a cluster all keys must then be in one slot.
    /// - Returns: one reply per command, error replies included; see ``BatchReplies``.
    /// - Throws: `CommandMisuse` before anything is sent; ``ConnectionError`` when the replies are lost; for an atomic
    ///   batch that the server refused as a whole, the `ServerError` of the first refused command.
    public func run(atomic: Bool = false) async throws -> BatchReplies {
        let first = firstIndex
        let taken = try takeContent()
        guard taken.count > 0 else {
            return BatchReplies(
                brand: ObjectIdentifier(self), first: first, BatchOutcome.answered([]), from: runner.server)
        }
        let outcome = try await runner.run(taken, atomic: atomic)
        return BatchReplies(brand: ObjectIdentifier(self), first: first, outcome, from: runner.server)
    }

    /// Empties the batch, for sending.
    func takeContent() throws(CommandMisuse) -> BatchContent {
        var taken = BatchContent(recordsSlots: runner.recordsSlots)
        withContent { content in
            taken.firstIndex = content.firstIndex + content.count
            swap(&taken, &content)
        }
        defer { misuse = nil }
        if let misuse { throw misuse }
        return taken
    }
}

@available(*, unavailable)
extension CommandBatch: Sendable {}

/// The encoded commands of a batch, with what a router must know of each.
public struct BatchContent: ~Copyable, Sendable {
    /// One command.
    @frozen
    public struct Entry: Sendable {
        /// Where its bytes end; they start where the command before ends.
        @usableFromInline package var end: Int
        /// The slot of its keys, if recorded; `nil` has no key.
        @usableFromInline package var slot: HashSlot?
        /// A second slot that some other key hashes to: such a command can't run in a cluster.
        @usableFromInline package var otherSlot: HashSlot?
        @usableFromInline package var metadata: CommandMetadata

        @inlinable
        init(end: Int, slot: HashSlot?, otherSlot: HashSlot?, metadata: CommandMetadata) {
            self.end = end
            self.slot = slot
            self.otherSlot = otherSlot
            self.metadata = metadata
        }
    }

    @usableFromInline package var encoder = CommandEncoder(capacity: 1024)
    /// The index of the first command.
    @usableFromInline var firstIndex = 0
    /// How many commands there are.
    @usableFromInline package var count = 0
    /// Whether none of them changes anything.
    @usableFromInline package var isReadOnly = true
    /// What a second execution of all of them would do.
    package var subject = RetryStateMachine.Subject.reading
    /// One per command if a router asked for it, otherwise none: they cost more than the commands' bytes.
    @usableFromInline package var entries: [Entry] = []
    @usableFromInline package var recordsSlots: Bool

    @usableFromInline
    package init(recordsSlots: Bool = false) { self.recordsSlots = recordsSlots }

    @inlinable
    mutating func append<C: Command>(
        _ command: C, _ flags: CommandMetadata.Flags, _ idempotency: CommandMetadata.Idempotency
    ) -> Int {
        command.encode(into: &encoder)
        if !flags.contains(.readOnly) { isReadOnly = false }
        if idempotency != .readOnly { noteChange(command.callMetadata) }
        if recordsSlots { record(command) }
        defer { count &+= 1 }
        return firstIndex &+ count
    }

    @usableFromInline
    mutating func noteChange(_ metadata: CommandMetadata) { subject.add(.init(metadata)) }

    @inlinable @inline(never)
    mutating func record<C: Command>(_ command: C) {
        var slot: HashSlot?
        var otherSlot: HashSlot?
        command.forEachKey { key in
            let found = HashSlot(ofKey: key)
            if slot == nil { slot = found } else if slot != found { otherSlot = found }
        }
        entries.append(Entry(end: encoder.count, slot: slot, otherSlot: otherSlot, metadata: command.callMetadata))
    }

    /// Where the bytes of one command are, in a batch for a router.
    package func bytes(of index: Int) -> Range<Int> { (index == 0 ? 0 : entries[index - 1].end)..<entries[index].end }
}

extension BatchContent {
    /// What observers call the batch: one command's name alone, if it is the only one or all have the same.
    package func operation(atomic: Bool) -> String {
        let kind = atomic ? "MULTI" : "PIPELINE"
        guard let name = commonName else { return kind }
        return count == 1 && !atomic ? name : "\(kind) \(name)"
    }

    /// How many commands observers are told of; one is no batch.
    package var size: Int? { count == 1 ? nil : count }

    /// The name that all commands have, read from their bytes.
    private var commonName: String? {
        var decoder = RESPCommandDecoder()
        decoder.append(encoder.span)
        var common: String?
        while let command = try? decoder.next() {
            let name = String(command.uppercasedName)
            guard common == nil || common == name else { return nil }
            common = name
        }
        return common
    }
}

/// Who sends a batch: the client of a node, or the router of a cluster.
package protocol BatchRunner: Sendable {
    /// Whether ``BatchContent`` must know slots, and each command's facts.
    var recordsSlots: Bool { get }
    /// Who answers, for errors to say so.
    var server: ServerRecord { get }
    /// Answers each command, in order.
    func run(_ content: consuming BatchContent, atomic: Bool) async throws -> BatchOutcome
}

/// What became of each command of a batch, in order.
@frozen
public enum BatchOutcome: Sendable {
    /// Each has its reply.
    case answered([RESPFrame])
    /// A router may have lost some replies and got others.
    case mixed([Result<RESPFrame, any Error>])
}
