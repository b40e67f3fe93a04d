// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import AllocationCounter
import Testing

@testable import Transport

/// The counter answers -1 where it can't count, as under sanitizers: then both readings are the same and nothing is shown.
@Suite(.timeLimit(.minutes(1))) struct AllocationTests {
    @Test(arguments: QueueKind.allCases)
    func `reading, writing and arming allocate nothing`(kind: QueueKind) throws {
        let (near, far) = try makeSocketPair(try kind.makeLoop())
        near.setReadinessHandler { _ in }
        let bytes = [UInt8](repeating: 1, count: 100)
        func exchange(_ rounds: Int) throws {
            for _ in 0..<rounds {
                _ = try far.tryWrite(bytes.span)
                var segments = ByteSegments()
                _ = segments.append(bytes.span)
                _ = segments.append(bytes.span.extracting(first: 50))
                _ = try far.tryWrite(segments)
                try withScratch { buffer throws(TransportError) in
                    _ = try near.tryRead(into: &buffer)
                    if buffer.freeCapacity > 0 { _ = try near.tryRead(into: &buffer) }
                }
                near.arm(.readable)
            }
        }
        try exchange(10)
        let before = allocation_counter_thread_count()
        try exchange(1000)
        #expect(allocation_counter_thread_count() - before == 0)
        near.close()
    }
}
