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
