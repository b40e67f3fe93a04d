// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// When bytes arrive, and in which pieces: the faults of a stream that change none of its bytes.
struct FaultPacing: Sendable {
    typealias Instant = ContinuousClock.Instant

    private var delays: [(range: ClosedRange<Duration>, generator: SeededGenerator)] = []
    private var splits: [(range: ClosedRange<Int>, generator: SeededGenerator)] = []
    private var window: Duration?
    private var windowEnd: Instant?
    private var rate: Int?
    /// When a throttled line has carried what it was given.
    private var lineFree: Instant?
    /// When the last byte arrives that was asked about: later ones don't overtake it.
    private var last: Instant?

    init(_ faults: [Fault], seed: UInt64) {
        let generator = SeededGenerator(seed: seed)
        for (index, fault) in faults.enumerated() {
            switch fault {
            case .delay(let range): delays.append((range, generator.derived(index)))
            case .split(let range): splits.append((range, generator.derived(index)))
            case .coalesce(let time): window = max(window ?? .zero, time.bounded)
            case .throttle(let bytes): rate = max(1, min(rate ?? .max, bytes))
            default: break
            }
        }
    }

    /// How much later than now bytes written now arrive at least.
    mutating func drawDelay() -> Duration {
        var delay = Duration.zero
        for index in delays.indices { delay += delays[index].generator.next(in: delays[index].range).bounded }
        return delay
    }

    /// The largest number of bytes that may arrive at one instant: a hundredth of a second's.
    var burst: Int { rate.map { max(1, $0 / 100) } ?? .max }

    /// When so many bytes arrive of which the first could be there at an instant.
    mutating func due(for count: Int, arriving instant: Instant) -> Instant {
        var due = instant
        if let rate {
            due = max(due, lineFree ?? due) + .seconds(1) * count / rate
            lineFree = due
        }
        if let window {
            if windowEnd.map({ $0 <= due }) ?? true { windowEnd = due + window }
            due = windowEnd ?? due
        }
        due = max(due, last ?? due)
        last = due
        return due
    }

    /// The size of the next piece; nil if pieces are as large as there are bytes.
    mutating func drawPieceSize() -> Int? {
        var size: Int?
        for index in splits.indices {
            size = min(size ?? .max, max(1, splits[index].generator.next(in: splits[index].range)))
        }
        return size
    }
}

extension Duration {
    /// Not below zero, and not so long that adding it to an instant could go wrong: a thousand years.
    var bounded: Duration { min(max(.zero, self), .seconds(31_557_600_000)) }
}
