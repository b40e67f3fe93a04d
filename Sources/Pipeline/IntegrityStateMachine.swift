// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Whether a connection proves that replies and requests are in step: see `ConnectionSettings.integrity`.
public enum IntegrityCheck: Hashable, Sendable {
    /// It trusts the server and what is between. A reply too many ends the connection all the same.
    case off
    /// The first request after each interval is proven: its replies reach their caller only with their proof. Those between
    /// are trusted, so a caller may have had a wrong reply before the connection ends.
    case interval(Duration)
    /// Every request is proven.
    case everyRequest
}

/// Says which requests are followed by a sentinel, and what the sentinel's reply must be. Pure.
///
/// RESP has no request numbers, so a server, or a proxy, that swallows or doubles one reply gives everybody behind it the
/// reply of somebody else. A sentinel is an ECHO of a number that nothing else in the stream has: where its reply comes in
/// its place, as many replies have come as were owed. What it can't see is the replies of two requests, or of two commands of
/// one batch, that changed places as wholes.
struct IntegrityStateMachine: Sendable {
    /// Between two sentinels, in nanoseconds; zero is none, `nil` never.
    private let interval: Int64?
    private let secret: UInt64
    private var isOn = false
    private var due = Moment(nanoseconds: .min)

    /// - Parameter secret: drawn at random for each connection, so that no value that was stored is a later sentinel.
    init(_ check: IntegrityCheck, secret: @autoclosure () -> UInt64) {
        switch check {
        case .off: interval = nil
        case .interval(let duration): interval = max(0, duration.wholeNanoseconds)
        case .everyRequest: interval = 0
        }
        self.secret = interval == nil ? 0 : secret()
    }

    /// The handshake is done; before, the server may not answer an ECHO.
    mutating func start() { isOn = interval != nil }

    /// Whether the request that is appended now gets a sentinel.
    @inline(__always)
    mutating func proves(at now: Moment) -> Bool {
        guard isOn, let interval else { return false }
        guard interval > 0 else { return true }
        guard now >= due else { return false }
        due = now + interval
        return true
    }

    /// The sentinel of a request, in 15 hexadecimal digits.
    func sentinel(of ticket: UInt64) -> String {
        // A step of SplitMix64: neighbours have nothing in common.
        var mixed = secret &+ ticket &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        let digits = String((mixed ^ (mixed >> 31)) >> 4, radix: 16)
        return String(repeating: "0", count: Self.digits - digits.utf8.count) + digits
    }

    func encode(sentinelOf ticket: UInt64, into encoder: inout CommandEncoder) {
        encoder.literal("*2\r\n$4\r\nECHO\r\n")
        encoder.bulk(sentinel(of: ticket))
    }

    private static let digits = 15
    /// How many bytes a sentinel has.
    static let length = "*2\r\n$4\r\nECHO\r\n$15\r\n\r\n".utf8.count + digits

    /// Whether a reply is the sentinel's.
    func isRight(_ reply: RESPFrame, for ticket: UInt64) -> Bool {
        reply.kind == .bulkString && (try? reply.decode(as: String.self)) == sentinel(of: ticket)
    }
}

extension RESPConnection.Core {
    /// Whether the replies that are there, as far as they are, can be those of the oldest request and its sentinel.
    func isInStep(_ replies: ArraySlice<RESPFrame>, owed: Int, _ ticket: UInt64) -> Bool {
        if replies.count >= owed { return integrity.isRight(replies[replies.startIndex + owed - 1], for: ticket) }
        // A sentinel that comes early: a reply before it was swallowed.
        return replies.last.map { !integrity.isRight($0, for: ticket) } ?? true
    }
}
