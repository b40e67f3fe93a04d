// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Large payloads that an encoder keeps by reference: a queue of them, with the places they have between the bytes that
/// were copied.
@frozen @usableFromInline
struct SharedPayloads: Sendable {
    /// Memory that a payload lies in, kept alive by its owner's own means.
    @usableFromInline
    enum Source: Sendable {
        case received(RESPBytes)
        case array([UInt8])
        case text(String)

        /// The bytes, without a copy.
        var span: Span<UInt8> {
            @_lifetime(borrow self) get {
                switch self {
                case .received(let bytes): Self.lend(bytes.span, by: self)
                case .array(let array): Self.lend(array.span, by: self)
                case .text(let text): Self.lend(text.utf8Span.span, by: self)
                }
            }
        }
    }

    /// A payload, or what is left of it; never empty.
    @usableFromInline
    struct Payload: Sendable {
        /// How many copied bytes stand before it: since the payload before, or since the front.
        var gap: Int
        var source: Source
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
    mutating func append(_ source: Source, _ range: Range<Int>, behind copied: Int) {
        storage.append(
            Payload(gap: copied - gaps, source: source, start: range.lowerBound, end: range.upperBound))
        gaps = copied
        count += range.count
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
        storage[first].source = .array([])
        first += 1
        if count == 0 {
            removeAll()
        } else if first >= 64, first >= storage.count / 2 {
            storage.removeFirst(first)
            first = 0
        }
    }

    /// Takes `range` out, counted over copied bytes and payloads together.
    ///
    /// - Returns: which of the copied bytes go with it.
    mutating func remove(_ range: Range<Int>) -> Range<Int> {
        var kept = SharedPayloads(above: bound)
        var (copied, position) = (0, 0)
        var goneCopies = 0..<0
        func takeCopies(_ count: Int) {
            let gone = range.clamped(to: position..<position + count)
            if !gone.isEmpty {
                let start = goneCopies.isEmpty ? copied + gone.lowerBound - position : goneCopies.lowerBound
                goneCopies = start..<copied + gone.upperBound - position
            }
            copied += count
            position += count
        }
        for payload in storage[first...] {
            takeCopies(payload.gap)
            let behind = copied - goneCopies.count
            let whole = position..<position + payload.count
            let offset = payload.start - position
            for piece in [(0..<range.lowerBound).clamped(to: whole), (range.upperBound..<Int.max).clamped(to: whole)]
            where !piece.isEmpty {
                kept.append(payload.source, offset + piece.lowerBound..<offset + piece.upperBound, behind: behind)
            }
            position = whole.upperBound
        }
        takeCopies(max(0, range.upperBound - position))
        self = kept
        return goneCopies
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
