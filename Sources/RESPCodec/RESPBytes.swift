// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Immutable bytes: what a bulk string holds, for those who don't want text.
///
/// Up to 23 bytes live inside the value. More are shared: bytes taken out of a received frame refer to the memory they
/// were received into if they are a good part of it (a sixteenth), and are copied once otherwise. Copying the value
/// never copies them.
///
/// ```swift
/// let name: RESPBytes = "café"
/// name.count           // 5
/// String(name)         // "café"
/// name.span[0]         // 0x63
/// ```
@frozen
public struct RESPBytes: Sendable {
    @usableFromInline let storage: ByteStorage

    @inlinable @inline(__always)
    init(storage: ByteStorage) { self.storage = storage }

    /// No bytes. Does not allocate.
    @inlinable public init() { storage = ByteStorage() }

    /// Copies `bytes`. Allocates once if there are more than 23.
    @inlinable public init(_ bytes: Span<UInt8>) { storage = ByteStorage(copying: bytes) }

    /// Copies `bytes`. Allocates once if there are more than 23.
    @inlinable public init(_ bytes: [UInt8]) { self.init(bytes.span) }

    /// Copies the UTF-8 text of `string`. Allocates once if that is longer than 23 bytes.
    @inlinable public init(_ string: String) {
        let text = string.utf8Span
        self.init(text.span)
    }

    /// How many bytes there are. O(1).
    @inlinable public var count: Int { storage.count }

    /// Whether there is none.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The bytes, without a copy.
    @inlinable
    public var span: Span<UInt8> {
        @_lifetime(borrow self) @inline(__always) get { storage.span }
    }

    /// Calls `body` with the bytes, without a copy.
    @inlinable
    public func withSpan<R: ~Copyable, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(storage.span)
    }
}

extension RESPBytes: Hashable {
    /// Whether both hold the same bytes, wherever they lie. O(*n*).
    public static func == (left: RESPBytes, right: RESPBytes) -> Bool { left.span.hasSameBytes(as: right.span) }

    /// Feeds the bytes to `hasher`.
    public func hash(into hasher: inout Hasher) { span.feed(&hasher) }
}

extension RESPBytes: ExpressibleByStringLiteral {
    /// The UTF-8 text of a literal.
    @inlinable public init(stringLiteral value: String) { self.init(value) }
}

extension RESPBytes: CustomStringConvertible {
    /// The bytes as text; what isn't UTF-8 appears as U+FFFD.
    public var description: String { String(self) }
}

extension String {
    /// The bytes as text; what isn't UTF-8 becomes U+FFFD.
    @inlinable public init(_ bytes: RESPBytes) { self.init(utf8: bytes.span) }
}

extension Array where Element == UInt8 {
    /// A copy of the bytes.
    @inlinable public init(_ bytes: RESPBytes) { self.init(copying: bytes.span) }
}

extension FixedWidthInteger {
    /// The number that the bytes spell in decimal: an optional sign and digits, nothing else. `nil` if they don't,
    /// or if it is out of range. Allocates nothing.
    @inlinable public init?(_ bytes: RESPBytes) {
        guard let value = bytes.span.decimal(as: Self.self) else { return nil }
        self = value
    }
}

extension Double {
    /// The number that the bytes spell as a RESP3 double (`1.5`, `-inf`, `1e3`); `nil` if they don't.
    public init?(_ bytes: RESPBytes) {
        guard let value = bytes.span.decimalDouble else { return nil }
        self = value
    }
}
