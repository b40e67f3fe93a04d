// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Invariant: a line is split into the words that a naive reading of the server's quoting rules gives, or refused where that
// refuses it; it doesn't matter how the line arrives, and whether it ends with CRLF or LF. Words that are quoted, in either
// way, are the same words again.

internal import RESPCodec

func exerciseInlineCommands(_ bytes: Span<UInt8>) {
    for line in Array(RESPBytes(bytes)).split(separator: 0x0A, omittingEmptySubsequences: true).prefix(8) {
        exerciseLine(Array(line))
    }
}

private func exerciseLine(_ line: [UInt8]) {
    guard line.first != 0x2A, !line.contains(0) else { return }
    let reference = ReferenceInlineLine(line)
    let words = reference.isBalanced ? reference.words : nil
    for ending: [UInt8] in [[0x0A], [0x0D, 0x0A]] {
        // A carriage return in front of the line's end is blank, unless it is in quotes, which are unbalanced then.
        check(arguments(of: line + ending, step: line.count + 2) == words, "other words than by the naive reading")
        check(arguments(of: line + ending, step: 1) == words, "other words byte by byte")
    }
    if let text = String(validating: line, as: UTF8.self) {
        let command = try? RESPCommand(inline: text)
        check(command?.arguments.map { Array($0) } ?? [] == words ?? [], "other words from a string")
    }
    guard let words, !words.isEmpty else { return }
    check(arguments(of: joined(words.map(hexQuoted)) + [0x0A], step: 5) == words, "other words in double quotes")
    // Single quotes have no way to write a backslash that stands before a quote or at the end, nor line feeds.
    if !words.joined().contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0 }) {
        check(arguments(of: joined(words.map(singleQuoted)) + [0x0A], step: 5) == words, "other words in single quotes")
    }
}

/// The words of a line that is fed `step` bytes at a time; none if there is nothing but white space; nil if it is refused.
private func arguments(of line: [UInt8], step: Int) -> [[UInt8]]? {
    var decoder = RESPCommandDecoder()
    var start = 0
    do throws(RESPDecodingError) {
        while start < line.count {
            check(try decoder.next() == nil, "a command before its line is complete")
            decoder.append(line.span.extracting(start..<min(start + step, line.count)))
            start += step
        }
        let command = try decoder.next()
        check(decoder.bufferedBytes == 0, "a part of the line is left over")
        return command?.arguments.map { Array($0) } ?? []
    } catch {
        check(error == .unbalancedQuotes(offset: 0), "refused for another reason than quotes")
        return nil
    }
}

private func joined(_ words: [[UInt8]]) -> [UInt8] { Array(words.joined(separator: [0x20])) }

private func hexQuoted(_ word: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789aBcDeF".utf8)
    return [0x22] + word.flatMap { [0x5C, 0x78, digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [0x22]
}

private func singleQuoted(_ word: [UInt8]) -> [UInt8] {
    [0x27] + word.flatMap { $0 == 0x27 ? [0x5C, 0x27] : [$0] } + [0x27]
}
