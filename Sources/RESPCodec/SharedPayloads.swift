// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Large payloads that an encoder keeps by reference: a queue of them, with the places they have between the bytes that
/// were copied.
@frozen @usableFromInline
struct SharedPayloads: Sendable {
    /// A payload, or what is left of it; never empty.
    @usableFromInline
    struct Payload: Sendable {
        /// How many copied bytes stand before it: since the payload before, or since the front.
        var gap: Int
        var bytes: RESPBytes
        var start = 0
        var end: Int

        var count: Int { end - start }
    }

    /// Payloads above as many bytes are kept here.
    @usableFromInline let bound: Int
    /// How many bytes all payloads have left.
    @usableFromInline var count = 0
    /// The sum of all gaps: where the copied bytes behind the last payload begin.
    @usableFromInline var gaps = 0
    /// The payloads, behind `first` that are gone.
    @usableFromInline var storage: [Payload] = []
    @usableFromInline var first = 0

    /// For an encoder that copies everything.
    @inlinable @inline(__always)
    init() { bound = .max }

    /// For payloads of more than `bound` bytes, and more than lie inside their value.
    @usableFromInline
    init(above bound: Int) { self.bound = max(bound, ByteStorage.inlineCapacity) }

    /// Appends a payload behind `copied` bytes in all.
    mutating func append(_ bytes: RESPBytes, behind copied: Int) {
        storage.append(Payload(gap: copied - gaps, bytes: bytes, end: bytes.count))
        gaps = copied
        count += bytes.count
    }

    /// Takes at most `limit` copied bytes from before the first payload. There is a payload.
    mutating func takeGap(_ limit: Int) -> Int {
        let taken = min(limit, storage[first].gap)
        storage[first].gap -= taken
        gaps -= taken
        return taken
    }

    /// Takes at most `limit` bytes from the front of the first payload. There is a payload.
    mutating func takeFirst(_ limit: Int) -> Int {
        let taken = min(limit, storage[first].count)
        storage[first].start += taken
        count -= taken
        if storage[first].count == 0 { removeFirst() }
        return taken
    }

    /// Takes at most `limit` bytes from the end of the last payload. There is a payload.
    mutating func takeLast(_ limit: Int) -> Int {
        let last = storage.count - 1
        let taken = min(limit, storage[last].count)
        storage[last].end -= taken
        count -= taken
        if storage[last].count == 0 {
            gaps -= storage.removeLast().gap
            if count == 0 { removeAll() }
        }
        return taken
    }

    private mutating func removeFirst() {
        storage[first].bytes = RESPBytes()
        first += 1
        if count == 0 {
            removeAll()
        } else if first >= 64, first >= storage.count / 2 {
            storage.removeFirst(first)
            first = 0
        }
    }

    /// Takes all payloads; keeps the memory of the queue itself.
    @usableFromInline
    mutating func removeAll() {
        storage.removeAll(keepingCapacity: storage.capacity <= 1024)
        first = 0
        count = 0
        gaps = 0
    }
}
