// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension ByteTransport {
    /// Waits for bytes and gives between one and `limit` of them in an array of their own; none at the end of the
    /// stream.
    ///
    /// - Throws: what ``read(into:)`` does.
    public func read(atMost limit: Int) async throws -> [UInt8] {
        // An OutputSpan over an array can't cross a suspension, so the bytes are received in memory of our own.
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: limit)
        defer { unsafe memory.deallocate() }
        var buffer = unsafe OutputSpan(buffer: memory, initializedCount: 0)
        try await read(into: &buffer)
        let count = unsafe buffer.finalize(for: memory)
        return unsafe Array(memory.prefix(count))
    }
}
