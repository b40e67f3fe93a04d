// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Counts latencies in buckets whose width grows with the value: 64 to each doubling, so an error below 1.6 %.
///
/// Each task has its own, and they are added up at the end. Recording allocates nothing.
struct LatencyHistogram: Sendable {
    private static let linearBits = 6
    private static let linear = 1 << linearBits
    /// Latencies above 2⁴⁰ ns, 18 minutes, count as that.
    private static let mostBits = 40

    private var buckets = [Int](repeating: 0, count: (mostBits - linearBits + 1) * linear)
    private(set) var count = 0

    mutating func record(nanoseconds: Int) {
        buckets[Self.bucket(of: nanoseconds)] += 1
        count += 1
    }

    mutating func add(_ other: LatencyHistogram) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
    }

    /// The latency, in nanoseconds, that `fraction` of all stayed within, rounded up to the end of its bucket;
    /// `nil` if nothing was recorded.
    func percentile(_ fraction: Double) -> Int? {
        guard count > 0 else { return nil }
        let rank = max(1, min(count, Int((Double(count) * fraction).rounded(.up))))
        var seen = 0
        for (index, here) in buckets.enumerated() {
            seen += here
            if seen >= rank { return Self.end(of: index) }
        }
        return nil
    }

    private static func bucket(of nanoseconds: Int) -> Int {
        let value = min(max(nanoseconds, 0), (1 << mostBits) - 1)
        let bits = Int.bitWidth - value.leadingZeroBitCount
        guard bits > linearBits else { return value }
        // The seven highest bits: the first is always set, the others choose among 64 buckets.
        let shift = bits - linearBits - 1
        return (shift + 1) * linear + (value >> shift) - linear
    }

    private static func end(of bucket: Int) -> Int {
        guard bucket >= linear else { return bucket }
        let shift = bucket / linear - 1
        return ((bucket % linear + linear + 1) << shift) - 1
    }
}
