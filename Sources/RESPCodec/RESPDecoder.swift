// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Turns received bytes into frames: a receive buffer and a scanner.
///
/// ```swift
/// var decoder = RESPDecoder()
/// decoder.append(received.span)
/// while let frame = try decoder.next() {
///     handle(frame)
/// }
/// ```
///
/// Bytes stay where they were received; frames of more than 23 bytes refer to them there. The buffer's memory is used
/// again when no frame refers to it any more, that of one large frame (up to 4 MiB) too. A large payload is received
/// straight into memory of about its size: up to 16 MiB are reserved when it is announced, beyond that memory grows with
/// what has arrived. Who doesn't want such a payload in memory asks for ``nextPart(streamingAbove:)``.
public struct RESPDecoder: ~Copyable, Sendable {
    var scanner: RESPScanner
    @usableFromInline var window = ReceiveBuffer()
    var partPhase = PartPhase.frames

    /// Makes a decoder at the start of a stream. Memory for receiving (16 KiB, later 64 KiB) is allocated when needed.
    ///
    /// - Parameters:
    ///   - limits: what is accepted.
    ///   - attributesAreFrames: whether an attribute before a reply becomes a frame of its own, of kind
    ///     ``RESPKind/attribute``, in place of being a part of the reply's.
    public init(limits: RESPLimits = .client, attributesAreFrames: Bool = false) {
        scanner = RESPScanner(limits: limits, attributesAreFrames: attributesAreFrames)
    }

    /// Where the next frame starts, in bytes from the first byte that the decoder ever got.
    public var frameOffset: Int { scanner.frameOffset }

    /// Whether the frame handed out last came with a streamed string or aggregate in it (`$?`, `*?`, `%?`, `~?`), so that
    /// its encoding is not what was received.
    public var frameIsStreamed: Bool { scanner.frameIsStreamed }

    /// At least so many bytes have to be received before ``next()``, having returned nil, can return another frame.
    public var missingBytes: Int { scanner.missingBytes }

    /// How many bytes have been received that ``next()`` has not handed out.
    public var bufferedBytes: Int { window.count }

    /// Copies received bytes in. Prefer ``receive(_:)``, which saves the copy, where the source can be read into memory.
    public mutating func append(_ bytes: Span<UInt8>) {
        var taken = 0
        while taken < bytes.count {
            makeRoom()
            taken += window.append(bytes.extracting(taken..<bytes.count))
        }
    }

    /// Lends free space to `fill`, and takes what that appends to it as received, also when it throws.
    ///
    /// The space is at least 4 KiB, typically 16 to 64 KiB; for a large payload, it is what is missing of that. Call
    /// ``next()`` until it returns nil before receiving again: frames that wait in the buffer may have to be moved.
    ///
    /// - Parameter fill: appends received bytes, or none.
    /// - Returns: what `fill` returns.
    /// - Throws: what `fill` throws.
    @inlinable
    public mutating func receive<R: ~Copyable, E: Error>(
        _ fill: (inout OutputSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        makeRoom()
        return try window.receive(fill)
    }

    @usableFromInline
    mutating func makeRoom() {
        if case .pieces = partPhase {
            window.makeRoom(missing: 0, isRest: false)
            return
        }
        window.makeRoom(missing: max(0, scanner.needed - window.count), isRest: scanner.isInsideOnlyPayload)
    }
}
