// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A point in time as servers know it: so long after the beginning of 1970 in UTC. Allocates nothing.
///
/// Where seconds or milliseconds are sent, it is rounded up to them, so that nothing expires too early. With Foundation,
/// `UnixTime(sinceEpoch: .seconds(date.timeIntervalSince1970))` is a date.
@frozen public struct UnixTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How long after the beginning of 1970 in UTC; negative before it.
    public var sinceEpoch: Duration

    /// So long after the beginning of 1970 in UTC.
    @inlinable public init(sinceEpoch: Duration) { self.sinceEpoch = sinceEpoch }

    /// So many seconds after the beginning of 1970 in UTC.
    @inlinable public static func seconds(_ count: Int64) -> UnixTime { UnixTime(sinceEpoch: .seconds(count)) }
    /// So many milliseconds after the beginning of 1970 in UTC.
    @inlinable public static func milliseconds(_ count: Int64) -> UnixTime {
        UnixTime(sinceEpoch: .milliseconds(count))
    }

    /// The earlier one is less.
    @inlinable public static func < (left: UnixTime, right: UnixTime) -> Bool { left.sinceEpoch < right.sinceEpoch }
    /// So much later.
    @inlinable public static func + (time: UnixTime, duration: Duration) -> UnixTime {
        UnixTime(sinceEpoch: time.sinceEpoch + duration)
    }
    /// How much later the first is than the second.
    @inlinable public static func - (later: UnixTime, earlier: UnixTime) -> Duration {
        later.sinceEpoch - earlier.sinceEpoch
    }

    /// `1700000000.0 seconds since 1970`.
    public var description: String { "\(sinceEpoch) since 1970" }
}

extension UnixTime: RESPDecodable {
    /// Takes whole seconds, as `LASTSAVE` answers.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self = .seconds(try reader.readInteger(as: Int64.self))
    }
}

extension RESPReader {
    /// Takes whole seconds since 1970.
    mutating func readUnixSeconds() throws(RESPTypeMismatch) -> UnixTime { .seconds(try readInteger(as: Int64.self)) }

    /// Takes whole milliseconds since 1970.
    mutating func readUnixMilliseconds() throws(RESPTypeMismatch) -> UnixTime {
        .milliseconds(try readInteger(as: Int64.self))
    }
}
