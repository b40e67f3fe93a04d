// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A key of a map where it lies in the frame, to be compared with literals: `switch key { case "name": … }`.
///
/// Borrowed from the frame that is read, and compared byte by byte without becoming a `String`: a key costs about a
/// nanosecond per literal, and nothing is allocated.
@frozen
public struct RESPKey: ~Escapable, Sendable {
    /// The key's bytes.
    public let span: Span<UInt8>

    /// A key of these bytes.
    @inlinable @inline(__always) @_lifetime(copy span)
    init(_ span: Span<UInt8>) { self.span = span }

    /// Whether the key is this literal. O(1) if their lengths differ.
    @safe @inlinable @inline(__always)
    public static func ~= (literal: StaticString, key: RESPKey) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard key.span.count == count else { return false }
        let text = unsafe Span(_unsafeStart: literal.utf8Start, count: count)
        var index = 0
        while index &+ 8 <= count {
            if WireWord(text, at: index).bits != WireWord(key.span, at: index).bits { return false }
            index &+= 8
        }
        while index < count {
            if text[index] != key.span[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Whether the key is this literal.
    @inlinable @inline(__always)
    public static func == (key: RESPKey, literal: StaticString) -> Bool { literal ~= key }
}

extension String {
    /// The key as text; what isn't UTF-8 becomes U+FFFD.
    @inlinable public init(_ key: RESPKey) { self.init(utf8: key.span) }
}
