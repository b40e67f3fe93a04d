// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// When a value that is being set expires.
///
/// ```swift
/// try await client.set("session", token, expiration: .after(.seconds(30)))
/// ```
@frozen public enum Expiration: Sendable {
    /// That long from now: `EX` for whole seconds, otherwise `PX`, rounded up to milliseconds.
    case after(Duration)
    /// Then: `EXAT` for whole seconds, otherwise `PXAT`, likewise.
    case at(UnixTime)
    /// When the value that was there before would have: `KEEPTTL`.
    case keep

    /// So many seconds from now.
    @inlinable public static func seconds(_ count: Int) -> Expiration { .after(.seconds(count)) }
    /// So many milliseconds from now.
    @inlinable public static func milliseconds(_ count: Int) -> Expiration { .after(.milliseconds(count)) }

    @inlinable var argumentCount: Int {
        switch self {
        case .after, .at: 2
        case .keep: 1
        }
    }

    @inlinable func encode(into encoder: inout CommandEncoder) {
        switch self {
        case .after(let time): time.encodeLifetime(into: &encoder)
        case .at(let time): time.sinceEpoch.encodeDate(into: &encoder)
        case .keep: encoder.literal("$7\r\nKEEPTTL\r\n")
        }
    }
}

/// How reading a value changes when it expires.
@frozen public enum ExpirationChange: Sendable {
    /// That long from now: `EX` for whole seconds, otherwise `PX`, rounded up to milliseconds.
    case after(Duration)
    /// Then: `EXAT` for whole seconds, otherwise `PXAT`, likewise.
    case at(UnixTime)
    /// Never: `PERSIST`.
    case persist

    /// So many seconds from now.
    @inlinable public static func seconds(_ count: Int) -> ExpirationChange { .after(.seconds(count)) }
    /// So many milliseconds from now.
    @inlinable public static func milliseconds(_ count: Int) -> ExpirationChange { .after(.milliseconds(count)) }

    @inlinable var argumentCount: Int {
        switch self {
        case .after, .at: 2
        case .persist: 1
        }
    }

    @inlinable func encode(into encoder: inout CommandEncoder) {
        switch self {
        case .after(let time): time.encodeLifetime(into: &encoder)
        case .at(let time): time.sinceEpoch.encodeDate(into: &encoder)
        case .persist: encoder.literal("$7\r\nPERSIST\r\n")
        }
    }
}
