// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Decides at which bytes of a stream its faults happen.
///
/// What it says depends on faults, seed and the bytes' number alone, never on how the bytes were cut: occurrences by
/// probability are drawn byte by byte, for each fault from a sequence of its own.
package struct FaultSchedule: Sendable {
    /// What comes next at the present offset.
    package enum Step: Hashable {
        /// So many bytes to which nothing happens; 0 if none is left and nothing is due behind them.
        case pass(Int)
        /// This happens to the byte at the offset, or in front of it.
        case fault(Fault, FaultEvent.Effect)
    }

    private struct Entry {
        let fault: Fault
        let place: Fault.Place
        var generator: SeededGenerator
        /// Where it happens next, as far as that is known.
        var next: Int?
        /// Bytes that were drawn for.
        var drawn: Int

        /// Draws for bytes before `end`, until the fault happens to one.
        mutating func draw(upTo end: Int) {
            guard case .probability(let probability) = place, probability > 0 else { return }
            while next == nil, drawn < end {
                if generator.nextUnit() < probability { next = drawn }
                drawn += 1
            }
        }
    }

    /// Bytes passed so far.
    package private(set) var offset: Int
    private var entries: [Entry] = []

    /// - Parameter offset: where the stream is; the faults' places are counted from there.
    package init(_ faults: [Fault], seed: UInt64, offset: Int = 0) {
        self.offset = offset
        let generator = SeededGenerator(seed: seed)
        for (index, fault) in faults.enumerated() {
            guard let place = fault.place else { continue }
            var entry = Entry(
                fault: fault, place: place, generator: generator.derived(index), next: nil, drawn: offset)
            // A place that no stream reaches is as good as none.
            if case .after(let count) = place { entry.next = offset + min(max(0, count), .max / 2) }
            entries.append(entry)
        }
    }

    /// What happens next to a stream of which so many bytes are at hand. Call it until it passes all of them; a fault
    /// takes none.
    package mutating func next(of count: Int) -> Step {
        var first: (index: Int, offset: Int)?
        for index in entries.indices {
            entries[index].draw(upTo: offset + count)
            if let next = entries[index].next, next <= offset + count, next < first?.offset ?? .max {
                first = (index, next)
            }
        }
        guard let first, first.offset <= offset else {
            let passed = min(count, (first?.offset ?? .max) - offset)
            offset += passed
            return .pass(passed)
        }
        let fault = entries[first.index].fault
        entries[first.index].next = nil
        return .fault(fault, fault.effect(&entries[first.index].generator))
    }
}

extension Fault {
    /// Where it happens; nil for those that are at work all the time.
    fileprivate var place: Place? {
        switch self {
        case .delay, .coalesce, .split, .throttle: nil
        case .corrupt(let place), .drop(let place, _), .duplicate(let place, _), .insert(let place, _),
            .reset(let place), .finish(let place), .stall(let place, _), .blackHole(let place, _):
            place
        }
    }

    /// What it does this time.
    fileprivate func effect(_ generator: inout SeededGenerator) -> FaultEvent.Effect {
        switch self {
        case .delay, .coalesce, .split, .throttle: .delayed(.zero)
        case .corrupt: .corrupted(mask: 1 << UInt8(generator.next(in: 0...7)))
        case .drop(_, let count): .dropped(max(1, generator.next(in: count)))
        case .duplicate(_, let count): .duplicated(max(1, generator.next(in: count)))
        case .insert(_, let bytes): .inserted(bytes.count)
        case .reset: .reset
        case .finish: .finished
        case .stall(_, let time): .stalled(for: time)
        case .blackHole(_, let time): .blackHole(for: time)
        }
    }
}
