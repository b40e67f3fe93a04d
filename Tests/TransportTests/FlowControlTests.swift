// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting

@testable import Transport

@Suite(.timeLimit(.minutes(2))) struct FlowControlTests {
    enum Medium: CaseIterable {
        case tcp, socketPair
    }

    @Test(arguments: Medium.allCases, QueueKind.allCases)
    func `both ends write 64 MiB while they read slowly, and what is under way stays bounded`(
        medium: Medium, kind: QueueKind
    ) async throws {
        let loop = try kind.makeLoop()
        let pair = medium == .tcp ? try await makeTCPPair(loop) : try makeSocketPair(loop)
        var ends = [SlowEnd(pair.0), SlowEnd(pair.1)]
        let news = Signal()
        for end in ends { end.transport.setReadinessHandler { _ in news.raise() } }
        var mostUnderWay = 0
        // One task does it all, a step at each end in turn: an end writes all that there is room for before it reads one
        // small piece, so that both directions are full nearly all the time.
        while !ends.allSatisfy(\.isDone) {
            var hasProgressed = false
            for side in 0..<2 {
                hasProgressed = try ends[side].writeAll() || hasProgressed
                mostUnderWay = max(mostUnderWay, ends[side].written - ends[1 - side].received)
                hasProgressed = try ends[side].readOnce() || hasProgressed
            }
            if hasProgressed { continue }
            for end in ends { end.transport.arm(end.isDone ? .readable : [.readable, .writable]) }
            await news.wait()
        }
        for end in ends {
            #expect(end.received == SlowEnd.total)
            #expect(end.isIntact)
        }
        // The system's buffers at both ends; Linux lets them grow up to some megabytes by default.
        #expect(mostUnderWay < SlowEnd.total / 2)
    }

    @Test(arguments: QueueKind.allCases)
    func `a write of many pieces stops where the room ends and goes on from there`(kind: QueueKind) async throws {
        let (near, far) = try makeSocketPair(try kind.makeLoop())
        let piece = SlowEnd.pattern(70_000, from: 0)
        var segments = ByteSegments()
        for _ in 0..<ByteSegments.capacity { _ = segments.append(piece.span) }
        let first = try near.tryWrite(segments)
        let byteCount = segments.byteCount
        #expect(first > 0 && first < byteCount, "more than a socket's buffer takes")
        let reader = TransportStream(far)
        async let received = reader.read(exactly: byteCount)
        try await ReadinessTransportAdapter(near).write(segments.dropping(first: first))
        let expected = Array(repeatElement(piece, count: ByteSegments.capacity).joined())
        #expect(try await received == expected)
    }
}

/// One end of a connection, and how far it is.
private struct SlowEnd {
    static let total = 64 << 20
    private static let period: [UInt8] = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 8) &* 17) }
    /// The period, often enough for a whole write from each place in it.
    private static let source = Array(repeatElement(period, count: 6).joined())

    let transport: SocketTransport
    private(set) var written = 0
    private(set) var received = 0
    private(set) var isIntact = true

    init(_ transport: SocketTransport) {
        self.transport = transport
    }

    var isDone: Bool { written == Self.total && received == Self.total }

    static func pattern(_ count: Int, from position: Int) -> [UInt8] {
        let start = position % period.count
        return Array(source[start..<start + count])
    }

    mutating func writeAll() throws -> Bool {
        let before = written
        while written < Self.total {
            let start = written % Self.period.count
            let length = min(Self.total - written, 256 * 1024)
            let count = try transport.tryWrite(Self.source.span.extracting(start..<start + length))
            written += count
            if count == 0 { break }
        }
        return written > before
    }

    mutating func readOnce() throws -> Bool {
        guard received < Self.total else { return false }
        let bytes = try [UInt8](capacity: 16 * 1024) { buffer in _ = try transport.tryRead(into: &buffer) }
        if bytes != Self.pattern(bytes.count, from: received) { isIntact = false }
        received += bytes.count
        return !bytes.isEmpty
    }
}
