// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Writes a frame with streamed strings and aggregates again in their ordinary form, so that nobody else has to know
/// them: `$?` `;3` `abc` `;0` becomes `$3` `abc`, and `*?` … `.` becomes `*2` …
///
/// Two passes over a frame that the scanner has found to be complete: one counts, one writes. No recursion, O(*n*).
struct StreamedFrameRewriter: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0
    /// Values in each streamed aggregate and bytes in each streamed string, in the order in which they begin.
    private var counts: [Int] = []
    /// The aggregates around `position` while values are counted.
    private var levels: [Level] = []

    private struct Level {
        /// Values still to come; −1 if it is streamed.
        var owed: Int
        /// Where the values of a streamed one are counted.
        var index = 0
    }

    /// A first line.
    private struct Line {
        var marker: UInt8
        var isStreamed = false
        var number = 0

        var isString: Bool {
            marker == RESPKind.bulkString.rawValue || marker == RESPKind.bulkError.rawValue
                || marker == RESPKind.verbatimString.rawValue
        }
        var isAggregate: Bool { RESPKind(rawValue: marker)?.isAggregate ?? false }
        var isAttribute: Bool { marker == RESPKind.attribute.rawValue }
        var isEndOfStream: Bool { marker == 0x2E }
        var valuesPerCount: Int { marker == RESPKind.map.rawValue || isAttribute ? 2 : 1 }
    }

    @_lifetime(copy bytes)
    private init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// The ordinary form of `bytes`, which are one complete frame.
    static func ordinaryForm(of bytes: Span<UInt8>) -> [UInt8] {
        var rewriter = StreamedFrameRewriter(bytes)
        rewriter.countStreamed()
        return rewriter.write()
    }

    private mutating func countStreamed() {
        while position < bytes.count {
            let line = takeLine()
            while let level = levels.last, level.owed == 0 { levels.removeLast() }
            if line.isEndOfStream {
                levels.removeLast()
                continue
            }
            if !line.isAttribute, let level = levels.last {
                if level.owed > 0 { levels[levels.count - 1].owed -= 1 } else { counts[level.index] += 1 }
            }
            if line.isStreamed, line.isString {
                var total = 0
                while let part = takePart() { total += part.count }
                counts.append(total)
            } else if line.isStreamed {
                levels.append(Level(owed: -1, index: counts.count))
                counts.append(0)
            } else if line.isString {
                skipPayload(line)
            } else if line.isAggregate, line.number > 0 {
                levels.append(Level(owed: line.number * line.valuesPerCount))
            }
        }
    }

    /// Only lengths differ, so that nesting doesn't matter any more.
    private mutating func write() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var next = 0
        position = 0
        while position < bytes.count {
            let start = position
            let line = takeLine()
            if line.isStreamed {
                output.append(line.marker)
                output.append(contentsOf: String(counts[next] / line.valuesPerCount).utf8)
                next += 1
                append(lineEnd, to: &output)
                if line.isString {
                    while let part = takePart() { append(part, to: &output) }
                    append(lineEnd, to: &output)
                }
            } else if !line.isEndOfStream {
                if line.isString { skipPayload(line) }
                append(start..<position, to: &output)
            }
        }
        return output
    }

    /// Where some CRLF stands: the frame's last two bytes.
    private var lineEnd: Range<Int> { bytes.count - 2..<bytes.count }

    private func append(_ range: Range<Int>, to output: inout [UInt8]) {
        for index in range { output.append(bytes[index]) }
    }

    private mutating func takeLine() -> Line {
        var line = Line(marker: bytes[position])
        position += 1
        let hasNumber = line.isString || line.isAggregate || line.marker == 0x3B
        while bytes[position] != 0x0D {
            switch bytes[position] {
            case 0x3F where hasNumber: line.isStreamed = true
            case 0x2D where hasNumber: line.number = -1
            // A null's length ends with its 1, and stays −1.
            case let digit where hasNumber && line.number >= 0: line.number = line.number * 10 + Int(digit & 0x0F)
            default: break
            }
            position += 1
        }
        position += 2
        return line
    }

    private mutating func skipPayload(_ line: Line) {
        if line.number >= 0 { position += line.number + 2 }
    }

    /// The next part of a streamed string; nil, and taken: the empty one that ends it.
    private mutating func takePart() -> Range<Int>? {
        let line = takeLine()
        guard line.number > 0 else { return nil }
        let part = position..<position + line.number
        position = part.upperBound + 2
        return part
    }
}
