// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension AdapterCore {
    /// Reads once, into memory of its own: an `OutputSpan` over an array can't cross a suspension.
    func readChunk(from transport: any ByteTransport, atMost limit: Int) async throws -> [UInt8] {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: limit)
        defer { unsafe memory.deallocate() }
        var buffer = unsafe OutputSpan(buffer: memory, initializedCount: 0)
        try await transport.read(into: &buffer)
        let count = unsafe buffer.finalize(for: memory)
        return unsafe Array(memory.prefix(count))
    }
}
