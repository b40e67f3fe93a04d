// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPCommandDecoder {
    /// The next complete command.
    ///
    /// - Returns: the command, or nil if more input is needed.
    /// - Throws: `RESPDecodingError` when the stream is malformed or exceeds a limit; from then on, always the same.
    /// - Complexity: O(bytes not looked at yet). Allocates nothing in steady state, but for inline commands that are
    ///   longer than 23 bytes as arrays.
    public mutating func next() throws(RESPDecodingError) -> RESPCommand? {
        while window.count > 0 {
            // The chunk outlives this: it is let go of in makeRoom() only. Saying so saves a retain and a release.
            let bytes = unsafe window.unreadBytes
            guard let length = try scanner.frameLength(in: bytes) else { return nil }
            let offset = window.start
            window.consume(length)
            if scanner.argumentCount == 0 { continue }
            commandOffset = scanner.frameOffset &- length
            let encoding = bytes.extracting(first: length)
            if scanner.isInline {
                let frame = rewriter.frame(of: encoding, argumentCount: scanner.argumentCount)
                return RESPCommand(frame: frame, isInline: true)
            }
            if length <= ByteStorage.inlineCapacity {
                return RESPCommand(frame: RESPFrame(storage: ByteStorage(inlining: encoding)), isInline: false)
            }
            // What came behind a large argument is copied, so that it doesn't keep the large one's memory alive.
            let storage =
                window.isOversized
                ? ByteStorage(encoding, in: window.chunk, at: offset)
                : ByteStorage(chunk: window.chunk, offset: offset, count: length)
            return RESPCommand(frame: RESPFrame(storage: storage), isInline: false)
        }
        return nil
    }
}
