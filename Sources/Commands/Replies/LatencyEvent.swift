// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Something that was slow, in answer to `LATENCY LATEST`.
public struct LatencyEvent: RESPDecodable, Hashable, Sendable {
    /// What: `command`, `fork`, `expire-cycle`, …
    public var name = ""
    /// When it was so last.
    public var time = UnixTime.seconds(0)
    /// How long it took then.
    public var latest = Duration.zero
    /// How long it took at most.
    public var maximum = Duration.zero
    /// How long all of them took together; nil before Valkey 8.1.
    public var total: Duration?
    /// How often it happened; nil before Valkey 8.1.
    public var count: Int?

    /// Takes an array of at least four.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let found = try reader.readArrayHeader()
        guard found >= 4 else { throw RESPTypeMismatch(wanted: "a latency event", found: .count(found)) }
        name = try reader.readElement(0)
        time = try reader.readUnixSeconds()
        latest = try reader.readMilliseconds()
        maximum = try reader.readMilliseconds()
        if found > 4 { total = try reader.readMilliseconds() }
        if found > 5 { count = try reader.readElement(5) }
        reader.skipRest(found - 6)
    }
}

/// How slow something was at some time, in answer to `LATENCY HISTORY`.
public struct LatencySample: RESPDecodable, Hashable, Sendable {
    /// When.
    public var time: UnixTime
    /// How long it took.
    public var duration: Duration

    /// Takes an array of two.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let (seconds, milliseconds) = try reader.readPair(Int64.self, Int64.self)
        (time, duration) = (.seconds(seconds), .milliseconds(milliseconds))
    }
}

/// How long calls of a command took, in answer to `LATENCY HISTOGRAM`.
public struct LatencyHistogram: RESPDecodable, Hashable, Sendable {
    /// How many calls took no longer than a bound.
    public struct Bucket: Hashable, Sendable {
        /// The bound.
        public var bound: Duration
        /// How many calls, those of the buckets before included.
        public var calls: Int

        /// A bucket of these.
        public init(bound: Duration, calls: Int) {
            self.bound = bound
            self.calls = calls
        }
    }

    /// How many calls.
    public var calls = 0
    /// From the shortest bound to the longest; bounds double from one to the next, and those that add nothing are left out.
    public var buckets: [Bucket] = []

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "calls": calls = try reader.read()
            case "histogram_usec":
                buckets = try reader.readPairs { (bound: Int, calls: Int) in
                    Bucket(bound: .microseconds(bound), calls: calls)
                }
            default: break
            }
        }
    }
}
