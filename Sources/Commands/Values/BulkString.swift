// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// One argument of a command, kept in the form it was given in and turned into bytes only when it is sent.
///
/// Making one and encoding one allocate nothing. Numbers are sent as decimal text.
@_eagerMove @frozen public enum BulkString: CommandArgument, Sendable {
    // Eager, as `String` and `Array` are: nobody waits for its end, so a copy that is only looked at need not be made.
    // That holds for all commands made of it.

    /// Text, sent as UTF-8.
    case string(String)
    /// Bytes as they are.
    case bytes([UInt8])
    /// Bytes that came from a server.
    case received(RESPBytes)
    /// A number, sent in decimal.
    case integer(Int64)
    /// A number above the range of `Int64`, sent in decimal.
    case unsigned(UInt64)
    /// A number, sent in the shortest decimal form that reads back equal; infinities as `inf` and `-inf`.
    case double(Double)

    /// A truth value as a number: 1 or 0, which reads back as `Bool`. `Bool` itself is no argument, since servers have no
    /// form of their own for it: others write `true`, or `t`.
    @inlinable
    public static func boolean(_ value: Bool) -> BulkString { .integer(value ? 1 : 0) }

    /// Appends this argument as a bulk string. Allocates nothing unless the encoder has to grow.
    @inlinable
    public func encode(into encoder: inout CommandEncoder) {
        // Most are text, and the compiler often sees it. All six cases in one are too much for it to look into.
        if case .string(let text) = self { encoder.bulk(text) } else { encodeOther(into: &encoder) }
    }

    @usableFromInline @inline(never)
    func encodeOther(into encoder: inout CommandEncoder) {
        switch self {
        case .string(let text): encoder.bulk(text)
        case .bytes(let bytes): encoder.bulk(bytes)
        case .received(let bytes): encoder.bulk(bytes)
        case .integer(let number): encoder.bulk(number)
        case .unsigned(let number): encoder.bulk(number)
        case .double(let number): encoder.bulk(number)
        }
    }

    /// Calls `body` with the bytes that are sent for this argument, without the length in front.
    ///
    /// The span is valid during the call only. Allocates nothing for text, bytes and whole numbers.
    @inlinable
    public func withSpan<R>(_ body: (Span<UInt8>) -> R) -> R {
        switch self {
        case .string(let text): body(text.utf8Span.span)
        case .bytes(let bytes): body(bytes.span)
        case .received(let bytes): bytes.withSpan(body)
        case .integer, .unsigned, .double: body(Array(description.utf8).span)
        }
    }
}

extension BulkString: CustomStringConvertible {
    /// The argument as text; bytes that are not UTF-8 are repaired.
    public var description: String {
        switch self {
        case .string(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .received(let bytes): String(bytes)
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .double(let number): BulkString.text(of: number)
        }
    }

    private static func text(of number: Double) -> String {
        var encoder = CommandEncoder(capacity: 64)
        encoder.bulk(number)
        var text: [UInt8] = []
        let span = encoder.span
        var position = 0
        while position < span.count, span[position] != UInt8(ascii: "\n") { position += 1 }
        position += 1
        while position < span.count, span[position] != UInt8(ascii: "\r") {
            text.append(span[position])
            position += 1
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension BulkString: Equatable, Hashable {
    /// Whether both send the same bytes.
    public static func == (left: BulkString, right: BulkString) -> Bool {
        left.withSpan { left in
            right.withSpan { right in
                guard left.count == right.count else { return false }
                for index in left.indices where left[index] != right[index] { return false }
                return true
            }
        }
    }

    /// Hashes the bytes that are sent.
    public func hash(into hasher: inout Hasher) {
        var copy = hasher
        withSpan { span in
            copy.combine(span.count)
            for index in span.indices { copy.combine(span[index]) }
        }
        hasher = copy
    }
}

extension BulkString: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral
{
    /// Text.
    @inlinable public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    @inlinable public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    @inlinable public init(floatLiteral value: Double) { self = .double(value) }
}
