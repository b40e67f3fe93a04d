// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// Encoders that keep large payloads by reference.
@Suite struct CommandSegmentTests {
    private static let large = RESPBytes([UInt8](repeating: 0x61, count: 1_000))
    private static let larger = RESPBytes((0..<3_000).map { UInt8(truncatingIfNeeded: $0) })

    /// The segments of `encoder`, each on its own.
    private func segments(_ encoder: borrowing CommandEncoder, first: Int = .max) -> [[UInt8]] {
        var segments: [[UInt8]] = []
        encoder.forEachSegment(first: first) { segments.append(Array(RESPBytes($0))) }
        return segments
    }

    private func set(_ encoder: inout CommandEncoder, _ value: RESPBytes) {
        encoder.command(3)
        encoder.bulk("SET")
        encoder.bulk("k")
        encoder.bulk(value)
    }

    private let head = Array("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n".utf8)

    @Test func `a payload above the bound is a segment of its own, not a copy`() {
        var encoder = CommandEncoder(sharingPayloadsAbove: 999)
        set(&encoder, Self.large)
        encoder.bulk("next")
        let expected = [head + Array("$1000\r\n".utf8), Array(Self.large), Array("\r\n$4\r\nnext\r\n".utf8)]
        #expect(segments(encoder) == expected)
        #expect(encoder.count == expected.joined().count)
        encoder.removeFirst(head.count + 7)
        let isShared = encoder.span.isIdentical(to: Self.large.span)
        #expect(isShared)
    }

    @Test func `what is not above the bound is copied`() {
        var encoder = CommandEncoder(sharingPayloadsAbove: 1_000)
        set(&encoder, Self.large)
        #expect(segments(encoder) == [head + Array("$1000\r\n".utf8) + Array(Self.large) + [0x0D, 0x0A]])
    }

    @Test(arguments: [Int.min, 0, 22, 23])
    func `payloads that lie inside their value are copied, whatever the bound`(bound: Int) {
        var encoder = CommandEncoder(sharingPayloadsAbove: bound)
        encoder.bulk(RESPBytes([UInt8](repeating: 0x61, count: 23)))
        encoder.bulk(RESPBytes([UInt8](repeating: 0x62, count: 24)))
        #expect(segments(encoder).map(\.count) == [5 + 23 + 2 + 5, 24, 2])
    }

    @Test func `an encoder without payloads has one segment, an empty one has none`() {
        var encoder = CommandEncoder(sharingPayloadsAbove: 100)
        #expect(segments(encoder).isEmpty)
        encoder.bulk("x")
        #expect(segments(encoder) == [Array("$1\r\nx\r\n".utf8)])
        var plain = CommandEncoder()
        plain.bulk(Self.larger)
        #expect(segments(plain).count == 1)
    }

    @Test func `payloads may stand at the front and follow one another`() {
        var encoder = CommandEncoder(sharingPayloadsAbove: 100)
        set(&encoder, Self.large)
        encoder.bulk(Self.larger)
        encoder.bulk(Self.large)
        let all = segments(encoder)
        #expect(all.count == 7)
        for limit in 0...8 { #expect(segments(encoder, first: limit) == Array(all.prefix(limit))) }
        encoder.removeFirst(all[0].count)
        #expect(segments(encoder) == Array(all.dropFirst()))
        #expect(Array(RESPBytes(encoder.span)) == Array(Self.large))
    }

    @Test(arguments: [1, 2, 7, 100, 1_001, 5_000, 100_000])
    func `bytes are taken from the front across segments in the order of writing`(step: Int) {
        var encoder = CommandEncoder(capacity: 64)
        var sharing = CommandEncoder(sharingPayloadsAbove: 100, capacity: 64)
        for value in [Self.large, "small", Self.larger, Self.large, "", Self.larger] {
            set(&encoder, value)
            set(&sharing, value)
        }
        let expected = Array(RESPBytes(encoder.span))
        var read: [UInt8] = []
        while !sharing.isEmpty {
            let taken = Array(RESPBytes(sharing.span.extracting(first: step)))
            read += taken
            sharing.removeFirst(taken.count)
            #expect(sharing.count == expected.count - read.count)
        }
        #expect(read == expected)
    }

    @Test func `cut anywhere from both sides, the rest is what a copying encoder has`() {
        var whole = CommandEncoder()
        whole.bulk("a")
        whole.bulk(Self.large)
        whole.bulk(Self.large)
        whole.bulk("b")
        let expected = Array(RESPBytes(whole.span))
        for cut in stride(from: 0, through: expected.count, by: 17) {
            var encoder = CommandEncoder(sharingPayloadsAbove: 100)
            encoder.bulk("a")
            encoder.bulk(Self.large)
            encoder.bulk(Self.large)
            encoder.bulk("b")
            encoder.truncate(to: cut)
            #expect(encoder.count == cut)
            encoder.removeFirst(cut / 3)
            let isRest = segments(encoder).joined().elementsEqual(expected[cut / 3..<cut])
            #expect(isRest, "cut at \(cut)")
            encoder.bulk(Self.larger)
            encoder.bulk("c")
            let behind = Array("$3000\r\n".utf8) + Array(Self.larger) + Array("\r\n$1\r\nc\r\n".utf8)
            let isRestAndMore = segments(encoder).joined().elementsEqual(expected[cut / 3..<cut] + behind)
            #expect(isRestAndMore, "cut at \(cut)")
        }
    }

    @Test func `an emptied encoder starts anew`() {
        var encoder = CommandEncoder(sharingPayloadsAbove: 100)
        for _ in 0..<3 {
            set(&encoder, Self.large)
            encoder.removeAll()
            let isEmpty = encoder.isEmpty
            #expect(isEmpty)
            set(&encoder, Self.larger)
            encoder.removeFirst(encoder.count)
            #expect(segments(encoder).isEmpty)
        }
        encoder.bulk("x")
        #expect(segments(encoder) == [Array("$1\r\nx\r\n".utf8)])
    }

    @Test func `a queue that is never empty does not keep what was taken`() {
        var encoder = CommandEncoder(sharingPayloadsAbove: 100)
        encoder.bulk(Self.large)
        for _ in 0..<1_000 {
            encoder.bulk(Self.larger)
            encoder.removeFirst(encoder.count - 3_010)
            #expect(encoder.count == 3_010)
        }
        encoder.removeFirst(8)
        let isTheLast = segments(encoder) == [Array(Self.larger), [0x0D, 0x0A]]
        #expect(isTheLast)
    }

    @Test func `arrays and text above the bound are not copied either`() {
        let array = Array(Self.larger)
        let text = String(repeating: "é", count: 500)
        var encoder = CommandEncoder(sharingPayloadsAbove: 999)
        encoder.bulk(array)
        encoder.bulk(text)
        encoder.bulk(text.dropFirst())
        let shared = [[UInt8](array), Array(text.utf8)]
        #expect(segments(encoder)[1] == shared[0])
        #expect(segments(encoder)[3] == shared[1])
        #expect(segments(encoder).count == 5)
        encoder.removeFirst(7)
        let isShared = encoder.span.isIdentical(to: array.span)
        #expect(isShared)
        encoder.removeFirst(3_000 + 2 + 7)
        let isSharedText = encoder.span.isIdentical(to: text.utf8Span.span)
        #expect(isSharedText)
    }

    @Test func `segments are the same one by one as by a closure`() {
        var encoder = CommandEncoder(sharingPayloadsAbove: 999)
        encoder.bulk(Self.large)
        set(&encoder, Self.larger)
        encoder.bulk(Self.large)
        while !encoder.isEmpty {
            var found: [[UInt8]] = []
            var place = CommandEncoder.SegmentPlace()
            while let segment = encoder.segment(at: &place) { found.append(Array(RESPBytes(segment))) }
            #expect(found == segments(encoder))
            encoder.removeFirst(min(700, encoder.count))
        }
        var place = CommandEncoder.SegmentPlace()
        let isEmpty = encoder.segment(at: &place) == nil
        #expect(isEmpty)
    }

    @Test func `bytes taken out of the middle leave the others as they were, copied or not`() {
        // Copied, shared, copied, shared, shared, copied; none of it alike.
        let payloads = (1...3).map { seed in RESPBytes((0..<50).map { UInt8(truncatingIfNeeded: $0 * $0 + seed * 7) }) }
        func fill(_ encoder: inout CommandEncoder) {
            encoder.bulk("head")
            encoder.bulk(payloads[0])
            encoder.bulk("middle")
            encoder.bulk(payloads[1])
            encoder.bulk(payloads[2])
            encoder.bulk("tail")
        }
        var whole = CommandEncoder()
        fill(&whole)
        let bytes = Array(RESPBytes(whole.span))
        for start in 0...bytes.count {
            for end in start...bytes.count {
                var encoder = CommandEncoder(sharingPayloadsAbove: 40)
                fill(&encoder)
                encoder.remove(start..<end)
                encoder.bulk("next")
                let left = Array(segments(encoder).joined())
                let expected = bytes[..<start] + bytes[end...] + Array("$4\r\nnext\r\n".utf8)
                guard left == Array(expected), encoder.count == left.count else {
                    Issue.record("\(start)..<\(end)")
                    return
                }
            }
        }
    }
}
