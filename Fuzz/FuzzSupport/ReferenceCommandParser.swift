// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Commands read in the plainest way, all input at hand; see ``ReferenceParser`` for what that is good for.
struct ReferenceCommandParser {
    typealias Stop = ReferenceParser.Stop

    struct Command: Equatable {
        /// None: it is nothing but something to skip.
        var arguments: [[UInt8]]
        var isInline: Bool
        /// The bytes in the stream.
        var range: Range<Int>

        /// The command as an array of bulk strings.
        var encoding: [UInt8] {
            let elements = arguments.map { ReferenceValue(kind: .bulkString, body: .payload($0)) }
            return ReferenceValue(kind: .array, body: .elements(elements)).encoding
        }
    }

    private let bytes: [UInt8]
    private let limits: RESPLimits
    private(set) var commands: [Command] = []
    /// Why the parser went no further; nil: everything is complete commands.
    private(set) var stop: Stop?
    private var position = 0
    private var start = 0

    init(_ bytes: [UInt8], limits: RESPLimits = .server) {
        self.bytes = bytes
        self.limits = limits
        do throws(Stop) {
            while position < bytes.count {
                start = position
                let isInline = bytes[position] != 0x2A
                let arguments = isInline ? try inlineCommand() : try array()
                commands.append(Command(arguments: arguments, isInline: isInline, range: start..<position))
            }
        } catch {
            stop = error
        }
    }

    private mutating func array() throws(Stop) -> [[UInt8]] {
        let count = try number(mayBeNegative: true)
        guard count <= limits.maximumElements else { throw .malformed(start) }
        var arguments: [[UInt8]] = []
        for _ in 0..<max(0, count) {
            let marker = position
            guard try byte(at: marker) == 0x24 else { throw .malformed(marker) }
            let length = try number(mayBeNegative: false)
            guard length <= limits.maximumBulkLength else { throw .malformed(marker) }
            guard length <= frameEnd - 2 - position else { throw .malformed(start) }
            guard position + length + 2 <= bytes.count else { throw .incomplete }
            arguments.append(Array(bytes[position..<position + length]))
            position += length
            for wanted: UInt8 in [0x0D, 0x0A] {
                guard bytes[position] == wanted else { throw .malformed(position) }
                position += 1
            }
        }
        return arguments
    }

    /// The number behind a marker, with its CRLF.
    private mutating func number(mayBeNegative: Bool) throws(Stop) -> Int {
        let marker = position
        position += 1
        var end = position
        while end < bytes.count, end < frameEnd, bytes[end] != 0x0D, bytes[end] != 0x0A { end += 1 }
        let text = Array(bytes[position..<end])
        let grammar = ReferenceGrammar.length(mayBeNull: mayBeNegative, mayBeStreamed: false)
        let wrong = grammar.firstWrongByte(of: text)
        // More than 18 digits are above any limit, whatever follows.
        if wrong ?? text.count > 18 { throw .malformed(marker) }
        if let wrong { throw .malformed(position + wrong) }
        let line = String(decoding: text, as: UTF8.self)
        guard try byte(at: end) == 0x0D, grammar.accepts(line), let number = Int(line) else { throw .malformed(end) }
        guard try byte(at: end + 1) == 0x0A else { throw .malformed(end + 1) }
        position = end + 2
        return number
    }

    private mutating func inlineCommand() throws(Stop) -> [[UInt8]] {
        let there = bytes[start..<min(bytes.count, frameEnd)]
        let end = there.firstIndex(of: 0x0A)
        let text = Array(there[..<(end ?? there.endIndex)])
        let line = ReferenceInlineLine(text)
        // What comes first in the stream is what is wrong; of two things about one byte, the one that is first here.
        var problems: [(at: Int, offset: Int)] = []
        let limit = limits.maximumInlineLength
        if text.count > limit, text[limit] != 0x0D { problems.append((limit, start)) }
        if text.count > limit + 1 { problems.append((limit + 1, start)) }
        if let zero = text.firstIndex(of: 0) { problems.append((zero, start + zero)) }
        if line.starts.count > limits.maximumElements {
            let word = line.starts[limits.maximumElements]
            problems.append((word, start + word))
        }
        if let problem = problems.min(by: { $0.at < $1.at }) { throw .malformed(problem.offset) }
        guard let end else {
            if bytes.count > frameEnd { throw .malformed(start) }
            throw .incomplete
        }
        guard line.isBalanced else { throw .malformed(start) }
        position = end + 1
        return line.words
    }

    /// Where the current command has to end, at the latest.
    private var frameEnd: Int { start + min(limits.maximumFrameBytes, Int.max - start) }

    private func byte(at index: Int) throws(Stop) -> UInt8 {
        guard index < bytes.count else { throw .incomplete }
        guard index < frameEnd else { throw .malformed(start) }
        return bytes[index]
    }
}
