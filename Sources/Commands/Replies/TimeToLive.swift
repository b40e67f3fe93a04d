// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The unit in which a command answers how long something is.
public protocol TimeUnit: Sendable {
    /// So many of it.
    static func duration(_ count: Int64) -> Duration
}

/// Whole seconds; as a reply, a number of them.
@frozen public struct WholeSeconds: TimeUnit, RESPDecodable, Hashable, Sendable {
    /// How long; a whole number of seconds.
    public var duration: Duration

    /// Takes an integer.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        duration = .seconds(try reader.readInteger(as: Int64.self))
    }

    /// So many seconds.
    @inlinable public static func duration(_ count: Int64) -> Duration { .seconds(count) }
}

/// Whole milliseconds.
@frozen public enum WholeMilliseconds: TimeUnit {
    /// So many milliseconds.
    @inlinable public static func duration(_ count: Int64) -> Duration { .milliseconds(count) }
}

/// How long a key, or a field of a hash, has left: the answer of `TTL`, `PTTL`, and, once for each field, of `HTTL` and `HPTTL`.
@frozen public enum TimeToLive<Unit: TimeUnit>: RESPDecodable, Hashable, Sendable {
    /// There is no such key, or no such field.
    case missing
    /// It is there and doesn't expire.
    case unlimited
    /// It expires after that long.
    case limited(Duration)

    /// How long is left; nil if nothing is there, or if it doesn't expire.
    @inlinable public var duration: Duration? { if case .limited(let duration) = self { duration } else { nil } }

    /// Takes an integer: -2 is missing, -1 is unlimited.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        switch try reader.readInteger(as: Int64.self) {
        case -2: self = .missing
        case -1: self = .unlimited
        case let count: self = .limited(Unit.duration(count))
        }
    }
}

/// When a key, or a field of a hash, expires: the answer of `EXPIRETIME`, `PEXPIRETIME`, and, once for each field, of
/// `HEXPIRETIME` and `HPEXPIRETIME`.
@frozen public enum ExpirationTime<Unit: TimeUnit>: RESPDecodable, Hashable, Sendable {
    /// There is no such key, or no such field.
    case missing
    /// It is there and doesn't expire.
    case unlimited
    /// It expires then.
    case at(UnixTime)

    /// When it expires; nil if nothing is there, or if it doesn't expire.
    @inlinable public var time: UnixTime? { if case .at(let time) = self { time } else { nil } }

    /// Takes an integer: -2 is missing, -1 is unlimited.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        switch try reader.readInteger(as: Int64.self) {
        case -2: self = .missing
        case -1: self = .unlimited
        case let count: self = .at(UnixTime(sinceEpoch: Unit.duration(count)))
        }
    }
}

/// What became of one field of a hash whose expiration was to be changed, in answer to `HEXPIRE` and its kin.
public enum FieldExpiration: Int, RESPDecodable, Hashable, Sendable {
    /// There is no such field, or no such key.
    case missing = -2
    /// The condition wasn't met.
    case conditionNotMet = 0
    /// It has the new expiration.
    case set = 1
    /// The time had passed, so it was deleted.
    case deleted = 2
}

/// What became of one field of a hash that was not to expire any more, in answer to `HPERSIST`.
public enum FieldPersistence: Int, RESPDecodable, Hashable, Sendable {
    /// There is no such field, or no such key.
    case missing = -2
    /// It had no expiration.
    case unlimited = -1
    /// It had one and has none now.
    case removed = 1
}
