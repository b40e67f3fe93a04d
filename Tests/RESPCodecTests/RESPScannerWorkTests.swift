// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

@testable internal import RESPCodec
internal import Testing

/// That no byte is looked at twice: all bytes that a call has seen are overwritten before the next one, and the scanner
/// finds the same. Left are the ends of a payload and a verbatim string's colon, which are looked at when the payload is
/// complete, and then for the first time.
@Suite struct RESPScannerWorkTests {
    /// What no value has at any place where the scanner looks.
    private static let garbage: UInt8 = 0xEE

    private func readingOverwritten(_ stream: [UInt8], _ cut: StreamCut, limits: RESPLimits) -> StreamReading {
        var memory = stream
        var reading = StreamReading()
        var scanner = RESPScanner(limits: limits)
        var start = 0
        var seen = 0
        var left: [Int] = []
        for end in cut.counts {
            do throws(RESPDecodingError) {
                while start < end, let length = try scanner.frameLength(in: memory.span.extracting(start..<end)) {
                    reading.frames.append(Array(stream[start..<start + length]))
                    start += length
                    reading.ends.append(start)
                    left = []
                    seen = start
                }
            } catch {
                reading.error = error
                return reading
            }
            let kept = scanner.bytesLookedAtLater.map { $0 + start }
            for index in left where !kept.contains(index) { memory[index] = Self.garbage }
            for index in max(seen, start)..<end where !kept.contains(index) { memory[index] = Self.garbage }
            left = kept.filter { $0 < end }
            seen = end
        }
        reading.rest = stream.count - start
        return reading
    }

    @Test(arguments: try RESPVector.all.get())
    func `bytes that have been seen may be garbage at the next call`(vector: RESPVector) {
        let bytes = vector.bytes
        let whole = StreamReading(scanning: bytes, .whole(bytes.count), limits: vector.limits)
        for cut in StreamCut.all(bytes.count) {
            #expect(readingOverwritten(bytes, cut, limits: vector.limits) == whole, "\(cut)")
        }
    }

    @Test(arguments: [1, 3, 1_000])
    func `a frame of a megabyte is seen once however small the pieces are`(step: Int) {
        let element =
            "*6\r\n:12345\r\n+a line of text\r\n$40\r\n\(String(repeating: "p", count: 40))\r\n"
            + "=8\r\ntxt:text\r\n%1\r\n#t\r\n,0.25\r\n*?\r\n$?\r\n;3\r\nabc\r\n;0\r\n(123\r\n.\r\n"
        let count = (1 << 20) / element.utf8.count
        let bytes = Array("*\(count)\r\n".utf8) + [UInt8](element, times: count)
        let counts = Array(stride(from: 0, to: bytes.count, by: step)) + [bytes.count]
        let cut = StreamCut(description: "\(step) bytes at a time", counts: counts)
        let reading = readingOverwritten(bytes, cut, limits: .client)
        #expect(reading.ends == [bytes.count] && reading.error == nil)
    }

    @Test func `a payload that is still on its way is not looked at`() throws {
        var scanner = RESPScanner()
        var bytes = Array("$1048576\r\n".utf8)
        let header = bytes.count
        bytes += [UInt8](repeating: Self.garbage, count: 1 << 20)
        for end in stride(from: header, through: bytes.count, by: 1_024) {
            #expect(try scanner.frameLength(in: bytes.span.extracting(0..<end)) == nil)
            #expect(scanner.position == header)
            #expect(scanner.missingBytes == bytes.count + 2 - end)
        }
        bytes += [0x0D, 0x0A]
        #expect(try scanner.frameLength(in: bytes.span) == bytes.count)
    }
}

extension RESPScanner {
    /// Bytes of the payload that is on its way which are looked at when it is complete, from the frame's start.
    fileprivate var bytesLookedAtLater: [Int] {
        guard element.phase == .payload else { return [] }
        let end = element.payloadEnd
        let isVerbatim = element.kind == .verbatimString
        let colon = isVerbatim ? [end - 2 - Int(element.magnitude) + 3] : []
        return colon + [end - 2, end - 1]
    }
}
