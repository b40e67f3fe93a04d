// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Transport

/// Checks that a transport keeps the promises of `ByteTransport`.
///
/// Run every check for a transport of your own, each as a test case, then those of ``TransportConformance`` for what
/// `ByteTransportAdapter` makes of it:
///
/// ```swift
/// @Test(.timeLimit(.minutes(1)), arguments: ByteTransportConformance.Check.allCases)
/// func `my transport conforms`(check: ByteTransportConformance.Check) async throws {
///     try await ByteTransportConformance { try await makeMyConnectedPair() }.run(check)
/// }
/// ```
///
/// The checks need no clock: a promise broken by silence shows as a test that doesn't end, hence the time limit.
public struct ByteTransportConformance: Sendable {
    /// Two ends of one connection.
    public typealias Pair = (any ByteTransport, any ByteTransport)

    /// One promise.
    public enum Check: String, CaseIterable, Hashable, Sendable {
        /// Bytes arrive complete and in order in both directions, whatever the sizes of reads and writes.
        case bytesArriveInOrder
        /// Several pieces of memory in one write arrive as one stream.
        case piecesArriveInOrder
        /// Both ends write megabytes at once while they read.
        case bothDirectionsFlowAtOnce
        /// `finishWriting` ends one direction, after what was written, and the end stays; the other direction goes on.
        case finishingEndsOneDirection
        /// A read whose task is cancelled ends.
        case aCancelledReadEnds
        /// A write that waits for a peer who doesn't read ends when its task is cancelled.
        case aCancelledWriteEnds
        /// Closing ends a read and a write that wait, and may be repeated; what is called afterwards throws.
        case closingEndsWaitingCalls
        /// The peer of a closed transport reads what was written, then the end of the stream or an error.
        case theClosedEndIsRead
    }

    private let makePair: @Sendable () async throws -> Pair

    /// Makes a suite for the transports that a closure connects, anew for each check.
    public init(makePair: @escaping @Sendable () async throws -> Pair) {
        self.makePair = makePair
    }

    /// Runs one check.
    ///
    /// - Throws: ``TransportConformanceFailure`` if the transport breaks the promise, or what the transport threw.
    public func run(_ check: Check) async throws {
        let (first, second) = try await makePair()
        defer {
            first.close()
            second.close()
        }
        switch check {
        case .bytesArriveInOrder:
            try await bytesArriveInOrder(from: first, to: second)
            try await bytesArriveInOrder(from: second, to: first)
        case .piecesArriveInOrder: try await piecesArriveInOrder(from: first, to: second)
        case .bothDirectionsFlowAtOnce: try await bothDirectionsFlowAtOnce(first, second)
        case .finishingEndsOneDirection: try await finishingEndsOneDirection(of: first, to: second)
        case .aCancelledReadEnds: try await aCancelledReadEnds(first)
        case .aCancelledWriteEnds: try await aCancelledWriteEnds(from: first, to: second)
        case .closingEndsWaitingCalls: try await closingEndsWaitingCalls(first, second)
        case .theClosedEndIsRead: try await theClosedEndIsRead(of: first, by: second)
        }
    }

    // MARK: Checks

    private func bytesArriveInOrder(from writer: any ByteTransport, to reader: any ByteTransport) async throws {
        let sent = TransportConformance.pattern(200_000)
        async let received = read(sent.count, from: reader)
        var start = 0
        for size in [1, 2, 3, 1000, 98_994, 100_000] {
            try await writer.write(sent.span.extracting(start..<start + size))
            start += size
        }
        try expect(try await received == sent, "writes of any size are read in order")
    }

    private func piecesArriveInOrder(from writer: any ByteTransport, to reader: any ByteTransport) async throws {
        let sent = TransportConformance.pattern(130_001)
        async let received = read(sent.count, from: reader)
        var segments = ByteSegments()
        for range in [0..<1, 1..<70_000, 70_000..<70_007, 70_007..<130_001] {
            _ = segments.append(sent.span.extracting(range))
        }
        try await writer.write(segments)
        try expect(try await received == sent, "pieces arrive as one stream, in order")
    }

    private func bothDirectionsFlowAtOnce(_ first: any ByteTransport, _ second: any ByteTransport) async throws {
        let (there, back) = (TransportConformance.pattern(3 << 20), TransportConformance.pattern(2 << 20))
        async let firstWrites: Void = first.write(there.span)
        async let secondWrites: Void = second.write(back.span)
        async let secondReads = read(there.count, from: second)
        async let firstReads = read(back.count, from: first)
        _ = try await (firstWrites, secondWrites)
        try expect(try await secondReads == there, "one direction arrives complete")
        try expect(try await firstReads == back, "and so does the other, meanwhile")
    }

    private func finishingEndsOneDirection(of first: any ByteTransport, to second: any ByteTransport) async throws {
        let sent = TransportConformance.pattern(100_000)
        async let received = read(.max, from: second)
        try await first.write(sent.span)
        try await first.finishWriting()
        try expect(try await received == sent, "the end comes after everything that was written")
        try expect(try await second.read(atMost: 10).isEmpty, "and stays")
        async let answer = read(sent.count, from: first)
        try await second.write(sent.span)
        try expect(try await answer == sent, "the other direction goes on")
    }

    private func aCancelledReadEnds(_ transport: any ByteTransport) async throws {
        let reading = Task { try await transport.read(atMost: 10) }
        reading.cancel()
        try expect(await failure(of: reading) != nil, "a cancelled read throws")
    }

    private func aCancelledWriteEnds(from writer: any ByteTransport, to reader: any ByteTransport) async throws {
        let block = TransportConformance.pattern(1 << 20)
        let writing = Task {
            while true { try await writer.write(block.span) }
        }
        // One byte on the way: the write is under way. Nobody reads on, so it comes to wait.
        _ = try await reader.read(atMost: 1)
        writing.cancel()
        try expect(await failure(of: writing) != nil, "a cancelled write throws")
    }

    private func closingEndsWaitingCalls(_ closing: any ByteTransport, _ peer: any ByteTransport) async throws {
        let block = TransportConformance.pattern(1 << 20)
        let reading = Task { while try await !closing.read(atMost: 10).isEmpty {} }
        let writing = Task {
            while true { try await closing.write(block.span) }
        }
        _ = try await peer.read(atMost: 1)
        closing.close()
        closing.close()
        try expect(await failure(of: writing) != nil, "a write that waits throws when the transport is closed")
        // An end of the stream would be as good.
        _ = await failure(of: reading)
        try expect(await failure(of: Task { try await closing.write([1].span) }) != nil, "a write after close throws")
    }

    private func theClosedEndIsRead(of closing: any ByteTransport, by reader: any ByteTransport) async throws {
        let sent = TransportConformance.pattern(1000)
        try await closing.write(sent.span)
        try expect(try await read(sent.count, from: reader) == sent, "what was written is read")
        closing.close()
        let rest = Task { try await reader.read(atMost: 10) }
        if await failure(of: rest) != nil { return }
        try expect(try await rest.value.isEmpty, "nothing comes after the end")
    }

    // MARK: Help

    private func read(_ count: Int, from transport: any ByteTransport) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try await transport.read(atMost: min(count - bytes.count, 10_007))
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    private func failure<Success>(of task: Task<Success, any Error>) async -> (any Error)? {
        if case .failure(let error) = await task.result { error } else { nil }
    }

    private func expect(_ condition: Bool, _ promise: String) throws {
        if !condition { throw TransportConformanceFailure(promise: promise) }
    }
}
