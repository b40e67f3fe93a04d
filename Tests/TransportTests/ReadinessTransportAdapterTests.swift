// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(1))) struct ReadinessTransportAdapterTests {
    @Test func `bytes and pieces of bytes arrive, and the end of the stream after them`() async throws {
        let (near, far) = pair(capacity: 3)
        async let received = TransportStream(far).readToEnd()
        let head: [UInt8] = [1, 2, 3, 4]
        let tail: [UInt8] = [5, 6]
        try await near.write([0].span)
        var segments = ByteSegments()
        _ = segments.append(head.span)
        _ = segments.append(tail.span)
        try await near.write(segments)
        try await near.finishWriting()
        #expect(try await received == [0, 1, 2, 3, 4, 5, 6])
        await #expect(throws: TransportError.writingFinished) { try await near.write([1].span) }
    }

    @Test func `a cancelled read takes nothing, and the next one goes on`() async throws {
        let (near, far) = pair()
        for value in UInt8(0)..<20 {
            let reading = Task { try await near.read(atMost: 10) }
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            try await TransportStream(far).write([value])
            #expect(try await near.read(atMost: 10) == [value])
        }
    }

    @Test func `a write cancelled before anything has left leaves no trace`() async throws {
        let (near, far) = pair(capacity: 2)
        try await near.write([1, 2].span)
        let writing = Task { try await near.write([9, 9, 9].span) }
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
        let peer = TransportStream(far)
        #expect(try await peer.read() == [1, 2])
        try await near.write([3].span)
        #expect(try await peer.read() == [3])
    }

    @Test func `a write cancelled in the middle says so at each later write, and reading goes on`() async throws {
        let (near, far) = pair(capacity: 2)
        let peer = TransportStream(far)
        let cut = Task { try await near.write([UInt8](repeating: 7, count: 100).span) }
        #expect(try await peer.read(exactly: 4) == [7, 7, 7, 7])
        cut.cancel()
        await #expect(throws: CancellationError.self) { try await cut.value }
        for _ in 0..<2 {
            await #expect {
                try await near.write([1].span)
            } throws: { error in
                guard case .writeInterrupted(let taken)? = error as? TransportError else { return false }
                return (4..<100).contains(taken)
            }
        }
        try await peer.write([8])
        #expect(try await near.read(atMost: 1) == [8])
    }

    @Test func `closing ends a read and a write that wait`() async throws {
        let (near, far) = pair(capacity: 1)
        let reading = Task { try await near.read(atMost: 1) }
        let writing = Task { try await near.write([1, 2].span) }
        #expect(try await TransportStream(far).read(atMost: 1) == [1])
        near.close()
        await #expect(throws: TransportError.closed) { try await reading.value }
        _ = try? await writing.value
        await #expect(throws: TransportError.closed) { try await near.write([1].span) }
    }

    @Test func `dropping it closes the transport that nobody else holds`() async throws {
        let far: InMemoryTransport
        do {
            let near: ReadinessTransportAdapter
            (near, far) = pair()
            try await near.write([1].span)
        }
        #expect(try await TransportStream(far).readToEnd() == [1])
    }

    private func pair(capacity: Int = 1000) -> (ReadinessTransportAdapter, InMemoryTransport) {
        var options = InMemoryTransport.Options()
        options.capacity = capacity
        let (near, far) = InMemoryTransport.pair(options)
        return (ReadinessTransportAdapter(near), far)
    }
}
