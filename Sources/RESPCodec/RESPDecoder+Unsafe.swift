// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPDecoder {
    /// The next complete frame.
    ///
    /// - Returns: the frame, or nil if more input is needed.
    /// - Throws: `RESPDecodingError` when the stream is malformed or exceeds a limit; from then on, always the same.
    /// - Complexity: O(bytes not looked at yet, and of the frame). Allocates nothing in steady state.
    public mutating func next() throws(RESPDecodingError) -> RESPFrame? {
        guard window.count > 0 else { return nil }
        // The chunk outlives this: it is let go of in makeRoom() only. Saying so saves a retain and a release per frame.
        let bytes = unsafe window.unreadBytes
        guard let length = try scanner.frameLength(in: bytes) else { return nil }
        let offset = window.start
        window.consume(length)
        if scanner.frameIsStreamed { return RESPFrame(rewriting: bytes.extracting(first: length)) }
        if length <= ByteStorage.inlineCapacity {
            return RESPFrame(storage: ByteStorage(inlining: bytes.extracting(first: length)))
        }
        if window.isOversized {
            // What came behind a large frame is copied, so that it doesn't keep the large one's memory alive.
            let frame = bytes.extracting(first: length)
            return RESPFrame(storage: ByteStorage(frame, in: window.chunk, at: offset))
        }
        return RESPFrame(storage: ByteStorage(chunk: window.chunk, offset: offset, count: length))
    }
}

extension RESPDecoder {
    /// Lends a reader at the start of the next complete frame, in the memory that it was received into.
    ///
    /// For those who look at small frames once, this takes less than half the time of ``next()``, which makes a value of
    /// each. What is taken out as ``RESPBytes`` is owned as usual. A streamed frame is read in its ordinary form.
    ///
    /// ```swift
    /// while let count = try decoder.withNext({ reader in try? reader.readInteger() }) { … }
    /// ```
    ///
    /// - Parameter body: reads as much of the frame as it wants. To get an error out, return a `Result`.
    /// - Returns: what `body` returns, or nil if more input is needed.
    /// - Throws: `RESPDecodingError` when the stream is malformed or exceeds a limit; from then on, always the same.
    /// - Complexity: as ``next()``. Allocates nothing, but for streamed frames.
    @inlinable
    public mutating func withNext<R: ~Copyable>(
        _ body: (inout RESPReader) -> R
    ) throws(RESPDecodingError) -> R? {
        guard let place = try takeNextPlace() else { return nil }
        // The reader doesn't keep the chunk alive.
        defer { extendLifetime(place) }
        let bytes = unsafe Span(_unsafeStart: UnsafePointer(place.start), count: place.count)
        var reader = RESPReader(bytes, in: LentChunk(place.chunk), at: place.offset)
        return body(&reader)
    }

    @usableFromInline
    mutating func takeNextPlace() throws(RESPDecodingError) -> FramePlace? {
        guard window.count > 0 else { return nil }
        let bytes = unsafe window.unreadBytes
        guard let length = try scanner.frameLength(in: bytes) else { return nil }
        let offset = window.start
        window.consume(length)
        if scanner.frameIsStreamed {
            let ordinary = StreamedFrameRewriter.ordinaryForm(of: bytes.extracting(first: length))
            let chunk = ByteChunk(copying: ordinary.span)
            return unsafe FramePlace(start: chunk.base, count: ordinary.count, chunk: chunk, offset: 0)
        }
        // Nothing that is shared comes out of a small frame (see ``ByteStorage``), so it needn't hold the chunk, which
        // outlives it here.
        let chunk = length < window.chunk.capacity >> 4 ? nil : window.chunk
        return unsafe FramePlace(start: window.chunk.base + offset, count: length, chunk: chunk, offset: offset)
    }
}

/// Where a frame lies that is read in place: in the decoder's chunk, which it keeps alive, or in one of its own.
@safe @frozen @usableFromInline
struct FramePlace {
    @usableFromInline let start: UnsafeMutablePointer<UInt8>
    @usableFromInline let count: Int
    @usableFromInline let chunk: ByteChunk?
    @usableFromInline let offset: Int

    @unsafe @inlinable @inline(__always)
    init(start: UnsafeMutablePointer<UInt8>, count: Int, chunk: ByteChunk?, offset: Int) {
        unsafe self.start = start
        self.count = count
        self.chunk = chunk
        self.offset = offset
    }
}

extension ReceiveBuffer {
    /// The unread bytes, which the result doesn't keep alive.
    @unsafe
    var unreadBytes: Span<UInt8> {
        @_lifetime(immortal) get {
            let span = unsafe Span(_unsafeStart: UnsafePointer(chunk.base + start), count: count)
            return unsafe _overrideLifetime(span, copying: ())
        }
    }
}
