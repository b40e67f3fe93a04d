// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The window of received bytes that have not been handed out yet, at the end of a chunk that is filled further.
///
/// A chunk is filled from the start again as soon as nobody refers to it; until then another one is used, of which a few
/// are kept. A frame is always in one piece: one that outgrows its chunk moves to a larger one, at most twice as often
/// as its size doubles, and a single payload whose length is known moves once.
@usableFromInline
struct ReceiveBuffer: ~Copyable, Sendable {
    /// What a connection starts with, and what it uses once reads have filled that.
    static let initialCapacity = 16 << 10
    static let regularCapacity = 64 << 10
    /// What follows a chunk of regular size.
    static let largeCapacity = 256 << 10
    /// One chunk up to this (4 MiB and a header) is kept for the next frame that outgrows a regular one: fresh memory of
    /// that size costs more than what is done with it, since the system clears every page of it.
    static let largestKept = (4 << 20) + 64
    /// How often windows begin anew until a large chunk that nobody needed is let go of.
    static let largeChunkPatience = 1000
    /// What is committed at once for a payload that has been announced, but not received.
    static let trustedAnnouncement = 16 << 20
    /// The least free space that a read is given, unless it is all that is missing.
    static let minimumSpace = 4 << 10

    @usableFromInline private(set) var chunk = ByteChunk(capacity: 0)
    /// The unread bytes of `chunk`.
    private(set) var start = 0
    @usableFromInline private(set) var end = 0
    private var spares: (ByteChunk?, ByteChunk?) = (nil, nil)
    /// The largest of the larger chunks up to ``largestKept``; it may still be referred to.
    private var large: ByteChunk?
    private var largeIsUnusedFor = 0
    private var nextCapacity = initialCapacity
    /// Whether `chunk` is so large that what is small against it had better not keep it alive.
    private(set) var isOversized = false

    init() {}

    var count: Int { end &- start }

    /// Whether memory of a large frame is there to be used again.
    var keepsLargeChunk: Bool { large != nil }

    @usableFromInline var free: Int { chunk.capacity &- end }

    /// Takes `count` bytes out of the window. They stay where they are.
    mutating func consume(_ count: Int) { start += count }

    /// Takes in `count` bytes that have been written behind the window.
    @usableFromInline
    mutating func extend(by count: Int) {
        end += count
        // A read that fills all it was given suggests that larger ones are worth while.
        if end == chunk.capacity { nextCapacity = ReceiveBuffer.regularCapacity }
    }

    /// Makes room behind the window: at least ``minimumSpace``, or all that is missing.
    ///
    /// - Parameters:
    ///   - missing: bytes known to be missing for the frame in the window, 0 if that isn't known.
    ///   - isRest: whether the frame is complete with them.
    mutating func makeRoom(missing: Int, isRest: Bool) {
        let pending = count
        if pending == 0 { rewind() }
        let large = ReceiveBuffer.regularCapacity
        if isRest, missing > 0, missing >= large - pending {
            // One large payload is read to its end and not beyond, into memory of about its size: of just that, or of one that was left and has at most twice as much room.
            if free >= missing || free > 0 && chunk.capacity > large { return }
            // Not just doubled: payloads of a power of two come with a header, and would move once more for that.
            let trusted = max(ReceiveBuffer.trustedAnnouncement, 2 * pending + (1 << 20))
            let capacity = min(pending + missing, trusted)
            move(to: takeLarge(for: capacity...2 * capacity) ?? ByteChunk(capacity: capacity))
            return
        }
        let wanted = max(ReceiveBuffer.minimumSpace, min(missing, ReceiveBuffer.trustedAnnouncement))
        if free >= wanted { return }
        let total = pending + wanted
        if total <= chunk.capacity, chunk.isUnique {
            chunk.moveToStart(from: start, count: pending)
            start = 0
            end = pending
        } else if chunk.capacity == 0, total <= ReceiveBuffer.initialCapacity {
            chunk = ByteChunk(capacity: ReceiveBuffer.initialCapacity)
        } else if total <= large {
            nextCapacity = large
            move(to: takeSpare() ?? ByteChunk(capacity: large))
        } else {
            let grown = total < ReceiveBuffer.largeCapacity ? ReceiveBuffer.largeCapacity : 2 * pending + (1 << 20)
            move(to: takeLarge(for: total...Int.max) ?? ByteChunk(capacity: max(total, grown)))
        }
    }

    /// Lends the room behind the window to `fill`, and takes in what that appends, also when it throws.
    @inlinable
    mutating func receive<R: ~Copyable, E: Error>(
        _ fill: (inout OutputSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        var filled = 0
        defer { extend(by: filled) }
        return try chunk.fill(at: end, count: free, filled: &filled, fill)
    }

    /// Writes as much of `bytes` behind the window as there is room for.
    ///
    /// - Returns: how many bytes that were.
    mutating func append(_ bytes: Span<UInt8>) -> Int {
        let taken = min(bytes.count, free)
        chunk.write(bytes.extracting(first: taken), at: end)
        extend(by: taken)
        return taken
    }

    /// Goes back to the start of an empty window's chunk if nobody else refers to it.
    private mutating func rewind() {
        guard end > 0, chunk.isUnique else { return }
        if chunk.capacity > ReceiveBuffer.largeCapacity || chunk.capacity < nextCapacity {
            let next = takeSpare() ?? ByteChunk(capacity: nextCapacity)
            keep(chunk)
            chunk = next
            isOversized = false
        } else if large != nil {
            largeIsUnusedFor += 1
            if largeIsUnusedFor >= ReceiveBuffer.largeChunkPatience { large = nil }
        }
        start = 0
        end = 0
    }

    /// Changes to `next`, taking the window along, and keeps the old chunk for later.
    private mutating func move(to next: ByteChunk) {
        if count > 0 { next.write(chunk.span(at: start, count: count), at: 0) }
        keep(chunk)
        end = count
        start = 0
        chunk = next
        isOversized = next.capacity > ReceiveBuffer.largeCapacity
    }

    /// Keeps a chunk for later if it is of regular size, or the largest of the larger ones.
    private mutating func keep(_ chunk: ByteChunk) {
        if chunk.capacity == ReceiveBuffer.regularCapacity {
            spares = (chunk, spares.0)
        } else if chunk.capacity > ReceiveBuffer.largeCapacity, chunk.capacity <= ReceiveBuffer.largestKept,
            chunk.capacity >= large?.capacity ?? 0
        {
            large = chunk
            largeIsUnusedFor = 0
        }
    }

    /// The large chunk, if it has such a capacity and nobody else refers to it any more.
    private mutating func takeLarge(for capacities: ClosedRange<Int>) -> ByteChunk? {
        guard capacities.contains(large?.capacity ?? 0), large?.isUnique == true else { return nil }
        return large.take()
    }

    /// A spare that nobody else refers to any more.
    private mutating func takeSpare() -> ByteChunk? {
        if spares.1?.isUnique == true {
            defer { spares.1 = nil }
            return spares.1
        }
        if spares.0?.isUnique == true {
            defer { spares.0 = nil }
            return spares.0
        }
        return nil
    }
}
