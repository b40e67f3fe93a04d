// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What was done to a stream, and where.
public struct FaultEvent: Hashable, Sendable {
    /// Bytes of the stream that had been written before.
    public var offset: Int
    /// What was done there.
    public var effect: Effect

    /// Makes an event, to compare with.
    public init(at offset: Int, _ effect: Effect) {
        self.offset = offset
        self.effect = effect
    }

    /// What a ``Fault`` did. Pieces are not told of: they change nothing.
    @nonexhaustive
    public enum Effect: Hashable, Sendable {
        /// Bytes were delayed by so much.
        case delayed(Duration)
        /// These bits of a byte were inverted.
        case corrupted(mask: UInt8)
        /// So many bytes are lost from here on.
        case dropped(Int)
        /// So many bytes arrive twice from here on.
        case duplicated(Int)
        /// So many bytes were inserted.
        case inserted(Int)
        /// The connection was reset.
        case reset
        /// The stream was ended.
        case finished
        /// Nothing arrives for a time, or until the faults are changed.
        case stalled(for: Duration?)
        /// Bytes are lost for a time, or until the faults are changed.
        case blackHole(for: Duration?)
    }
}

extension FaultEvent: CustomStringConvertible {
    /// One line, such as `at 17: dropped(3)`.
    public var description: String { "at \(offset): \(effect)" }
}

/// What was done to a stream, in order: what a failing test wants to print.
public struct FaultLog: Hashable, Sendable {
    /// The last events, 1,000 at least if there were so many.
    public private(set) var events: [FaultEvent] = []
    /// Events so far, forgotten ones included.
    public private(set) var count = 0

    /// Makes an empty log.
    public init() {}

    mutating func append(_ event: FaultEvent) {
        if events.count == 2000 { events.removeFirst(1000) }
        events.append(event)
        count += 1
    }
}

extension FaultLog: CustomStringConvertible {
    /// One line for each event; says how many were forgotten.
    public var description: String {
        let forgotten = count - events.count
        let lines = events.map(\.description)
        return (forgotten > 0 ? ["\(forgotten) earlier events"] + lines : lines).joined(separator: "\n")
    }
}
