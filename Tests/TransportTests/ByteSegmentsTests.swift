// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

@Suite struct ByteSegmentsTests {
    @Test func `pieces stay in order, and empty ones are left out`() {
        let first: [UInt8] = [1, 2, 3]
        let second: [UInt8] = [4]
        var segments = ByteSegments()
        let isEmpty = segments.isEmpty
        #expect(isEmpty)
        let wereTaken = [segments.append(first.span), segments.append([UInt8]().span), segments.append(second.span)]
        #expect(wereTaken == [true, true, true])
        let (count, byteCount, contents) = (segments.count, segments.byteCount, contents(segments))
        #expect(count == 2)
        #expect(byteCount == 4)
        #expect(contents == [[1, 2, 3], [4]])
    }

    @Test func `a full list refuses another piece and keeps what it has`() {
        let bytes: [UInt8] = [1, 2]
        var segments = ByteSegments()
        for _ in 0..<ByteSegments.capacity {
            let isTaken = segments.append(bytes.span)
            #expect(isTaken)
        }
        let isTaken = segments.append(bytes.span)
        #expect(!isTaken)
        let isEmptyTaken = segments.append([UInt8]().span)
        #expect(isEmptyTaken, "an empty piece needs no place")
        let byteCount = segments.byteCount
        #expect(byteCount == 2 * ByteSegments.capacity)
    }

    @Test(arguments: 0...6)
    func `what is left after a partial write begins where the write ended`(taken: Int) {
        let first: [UInt8] = [1, 2]
        let second: [UInt8] = [3]
        let third: [UInt8] = [4, 5, 6]
        var segments = ByteSegments()
        _ = segments.append(first.span)
        _ = segments.append(second.span)
        _ = segments.append(third.span)
        let rest = segments.dropping(first: taken)
        let (byteCount, contents) = (rest.byteCount, contents(rest))
        #expect(contents.flatMap { $0 } == Array([1, 2, 3, 4, 5, 6].dropFirst(taken)))
        #expect(byteCount == 6 - taken)
        #expect(!contents.contains([]))
    }

    private func contents(_ segments: borrowing ByteSegments) -> [[UInt8]] {
        (0..<segments.count).map { index in
            let piece = segments[index]
            return piece.indices.map { piece[$0] }
        }
    }
}
