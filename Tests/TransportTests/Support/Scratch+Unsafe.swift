// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Lends a little memory of the stack.
func withScratch(_ body: (inout OutputSpan<UInt8>) throws -> Void) throws {
    try unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { memory in
        var buffer = unsafe OutputSpan(buffer: memory, initializedCount: 0)
        try body(&buffer)
    }
}
