// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// RESP read in the plainest way, from the protocol's description: recursive, line by line, all input at hand. What the
/// scanner makes of a stream is compared with this; it shares no code with it.
struct ReferenceParser {
    enum Stop: Error { case incomplete, malformed }

    let bytes: [UInt8]
    private(set) var lengths: [Int] = []
    /// Why the parser went no further; nil: everything is complete frames.
    private(set) var stop: Stop?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var start = 0
        do throws(Stop) {
            while start < bytes.count {
                let end = try valueEnd(start, depth: 0)
                lengths.append(end - start)
                start = end
            }
        } catch {
            stop = error
        }
    }

    private func valueEnd(_ start: Int, depth: Int) throws(Stop) -> Int {
        guard start < bytes.count else { throw .incomplete }
        guard let marker = RESPKind(rawValue: bytes[start]) else { throw .malformed }
        let line = try self.line(from: start + 1)
        let next = start + 1 + line.count + 2
        let text = String(decoding: line, as: UTF8.self)
        switch marker {
        case .simpleString, .simpleError:
            return next
        case .integer:
            guard Int64(text) != nil else { throw .malformed }
            return next
        case .bigNumber:
            let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
            return try require(isDigits(digits), next)
        case .double:
            return try require(isDouble(text), next)
        case .boolean:
            return try require(text == "t" || text == "f", next)
        case .null:
            return try require(text.isEmpty, next)
        case .bulkString, .bulkError, .verbatimString:
            if marker == .bulkString, text == "-1" { return next }
            let count = try length(text, atMost: 512 << 20)
            guard marker != .verbatimString || count >= 4 else { throw .malformed }
            guard next + count + 2 <= bytes.count else { throw .incomplete }
            guard bytes[next + count] == 0x0D, bytes[next + count + 1] == 0x0A else { throw .malformed }
            guard marker != .verbatimString || bytes[next + 3] == 0x3A else { throw .malformed }
            return next + count + 2
        case .array, .set, .push, .map, .attribute:
            if marker == .array, text == "-1" { return next }
            let count = try length(text, atMost: 1 << 28)
            guard count == 0 || depth < 128 else { throw .malformed }
            var end = next
            for _ in 0..<(marker == .map || marker == .attribute ? 2 * count : count) {
                end = try valueEnd(end, depth: depth + 1)
            }
            return marker == .attribute ? try valueEnd(end, depth: depth) : end
        }
    }

    private func line(from start: Int) throws(Stop) -> ArraySlice<UInt8> {
        guard let end = bytes[start...].firstIndex(where: { $0 == 0x0D || $0 == 0x0A }) else { throw .incomplete }
        guard bytes[end] == 0x0D else { throw .malformed }
        guard end + 1 < bytes.count else { throw .incomplete }
        guard bytes[end + 1] == 0x0A else { throw .malformed }
        return bytes[start..<end]
    }

    private func length(_ text: String, atMost limit: Int) throws(Stop) -> Int {
        guard isDigits(text[...]), text == "0" || !text.hasPrefix("0"), let value = Int(text), value <= limit else {
            throw .malformed
        }
        return value
    }

    private func require(_ holds: Bool, _ end: Int) throws(Stop) -> Int {
        if !holds { throw .malformed }
        return end
    }

    private func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    private func isDouble(_ text: String) -> Bool {
        var rest = text[...]
        if rest.hasPrefix("-") || rest.hasPrefix("+") { rest = rest.dropFirst() }
        if rest == "inf" || rest == "nan" { return true }
        let parts = rest.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
            .flatMap { $0.split(separator: "E", maxSplits: 1, omittingEmptySubsequences: false) }
        guard parts.count <= 2 else { return false }
        if parts.count == 2 {
            let exponent = parts[1].hasPrefix("-") || parts[1].hasPrefix("+") ? parts[1].dropFirst() : parts[1]
            guard isDigits(exponent) else { return false }
        }
        let decimal = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return decimal.allSatisfy(isDigits)
    }
}
