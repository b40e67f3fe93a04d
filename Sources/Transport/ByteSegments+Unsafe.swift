// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import _ToolkitShims

/// Some pieces of memory to be written one after the other, as by one call of `writev`: a header, a payload that stays
/// where it is, what follows.
///
/// It lives no longer than the spans that were appended, which the compiler checks, holds at most ``capacity`` of them,
/// and never allocates. Empty pieces are left out.
///
/// ```swift
/// var segments = ByteSegments()
/// _ = segments.append(header.span)
/// _ = segments.append(payload.span)
/// let taken = try transport.tryWrite(segments)
/// ```
@safe
public struct ByteSegments: ~Copyable, ~Escapable {
    /// Pieces that one list holds at most.
    public static var capacity: Int { 16 }

    // Only the first `count` are set; they are what the lifetime of this value is bound to.
    private var pieces: InlineArray<16, toolkit_segment>
    /// Pieces in the list, none of them empty.
    public private(set) var count = 0
    /// Bytes in all pieces together.
    public private(set) var byteCount = 0

    /// Makes an empty list.
    @_lifetime(immortal)
    public init() {
        unsafe pieces = InlineArray(repeating: toolkit_segment())
    }

    /// Whether nothing is to be written.
    public var isEmpty: Bool { count == 0 }

    /// Adds a piece at the end; an empty one changes nothing.
    ///
    /// - Returns: false if the list is full. Then the piece is not in it.
    @_lifetime(self: copy self, copy piece)
    public mutating func append(_ piece: Span<UInt8>) -> Bool {
        if piece.isEmpty { return true }
        if count == Self.capacity { return false }
        unsafe pieces[count] = piece.withUnsafeBytes { unsafe toolkit_segment(bytes: $0.baseAddress, count: $0.count) }
        count += 1
        byteCount += piece.count
        return true
    }

    /// One of the pieces; the index must be in `0..<count`.
    public subscript(index: Int) -> Span<UInt8> {
        @_lifetime(copy self)
        get {
            precondition(index >= 0 && index < count, "There is no such segment.")
            let piece = unsafe pieces[index]
            let bytes = unsafe UnsafeRawBufferPointer(start: piece.bytes, count: piece.count)
            let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
            return unsafe _overrideLifetime(span, copying: self)
        }
    }

    /// What is left when so many bytes have been taken from the front: how a partial write goes on.
    ///
    /// - Parameter taken: 0 to ``byteCount``.
    /// - Complexity: O(``count``). Allocates nothing.
    @_lifetime(copy self)
    public func dropping(first taken: Int) -> ByteSegments {
        precondition(taken >= 0 && taken <= byteCount, "More was taken than there is.")
        var rest = ByteSegments()
        var passed = taken
        for index in 0..<count {
            let piece = self[index]
            // A list that is a part of this one has room for it.
            _ = rest.append(piece.extracting(droppingFirst: min(passed, piece.count)))
            passed = max(0, passed - piece.count)
        }
        return unsafe _overrideLifetime(rest, copying: self)
    }

    func withUnsafePieces<R>(_ body: (UnsafePointer<toolkit_segment>?, Int) -> R) -> R {
        let count = count
        return unsafe pieces.span.withUnsafeBufferPointer { unsafe body($0.baseAddress, count) }
    }
}
