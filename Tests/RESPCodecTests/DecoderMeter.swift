// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import AllocationCounter
@testable internal import RESPCodec
internal import Testing

/// A decoder, and what feeding it has cost: bytes moved from one place to another, and allocated.
///
/// After every step it checks that no more memory is committed than the documentation says.
struct DecoderMeter: ~Copyable {
    var decoder: RESPDecoder
    /// Bytes that were moved although they had been received.
    private(set) var moved = 0
    /// Bytes allocated by appending, receiving and scanning, what was freed again included; where allocations can't be
    /// counted, those of the chunks only, each when it is first met.
    private(set) var allocated = 0
    /// Chunks that were met, for where allocations can't be counted: one that is used again is no new one.
    private var chunks: Set<ObjectIdentifier> = []

    private var received = 0

    init(limits: RESPLimits = .client) { decoder = RESPDecoder(limits: limits) }

    mutating func append(_ bytes: [UInt8]) {
        measure { decoder in
            decoder.append(bytes.span)
            return bytes.count
        }
    }

    /// Receives as much as there is room for, but at most `limit` bytes, and returns how many that were.
    mutating func receive(atMost limit: Int) -> Int {
        measure { decoder in
            decoder.receive { output in
                let count = min(limit, output.freeCapacity)
                output.append(repeating: 0x62, count: count)
                return count
            }
        }
    }

    mutating func next() throws(RESPDecodingError) -> RESPFrame? {
        let before = allocation_counter_thread_bytes()
        let frame = try decoder.next()
        if before >= 0 { allocated += Int(allocation_counter_thread_bytes() - before) }
        return frame
    }

    @discardableResult
    private mutating func measure(_ feed: (inout RESPDecoder) -> Int) -> Int {
        let chunk = ObjectIdentifier(decoder.window.chunk.buffer)
        let (start, pending) = (decoder.window.start, decoder.window.count)
        let before = allocation_counter_thread_bytes()
        let count = feed(&decoder)
        let now = ObjectIdentifier(decoder.window.chunk.buffer)
        let hasChanged = now != chunk
        let capacity = decoder.window.chunk.capacity
        if before >= 0 {
            allocated += Int(allocation_counter_thread_bytes() - before)
        } else if hasChanged, chunks.insert(now).inserted {
            allocated += capacity
        }
        if hasChanged || decoder.window.start < start { moved += pending }
        received += count
        #expect(capacity <= max(ReceiveBuffer.trustedAnnouncement + 64, 2 * received + 1 << 20))
        return count
    }
}
