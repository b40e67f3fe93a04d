// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Answers every line of standard input, which is the hexadecimal text of a stream of its own, with a line of JSON.
struct HexLines: ~Copyable {
    private let options: Options
    private var output = Output()
    /// The line that is being received.
    private var line: [UInt8] = []

    init(_ options: Options) { self.options = options }

    /// Answers lines until the input ends. Each answer is written before the next line is read.
    mutating func answerAll() throws(DumpFailure) {
        let input = try Input(path: nil)
        while true {
            let received = try [UInt8](capacity: 64 << 10) { output throws(DumpFailure) in
                try input.read(into: &output, atMost: .max)
            }
            if received.isEmpty { break }
            for byte in received {
                if byte == 0x0A { answer() } else { line.append(byte) }
            }
        }
        if !line.isEmpty { answer() }
    }

    /// Answers the line, which is over. What isn't hexadecimal counts as malformed.
    private mutating func answer() {
        output.append("{\"vals\":[")
        var ends: [Int] = []
        var outcome = "error"
        if let bytes = HexLines.bytes(ofHex: line) { outcome = dump(bytes, &ends) }
        output.append("],\"used\":[\(ends.map(String.init).joined(separator: ","))],\"end\":\"\(outcome)\"}\n")
        output.flush()
        line.removeAll(keepingCapacity: true)
    }

    /// Prints the values of a stream and notes where each ends.
    ///
    /// - Returns: how the stream ends.
    private mutating func dump(_ bytes: [UInt8], _ ends: inout [Int]) -> String {
        var stream = ItemStream(of: options.content, limits: options.limits)
        var printer = JSONPrinter()
        var sent = 0
        while sent < bytes.count {
            let next = sent + min(options.split, bytes.count - sent)
            stream.append(bytes.span.extracting(sent..<next))
            sent = next
            do {
                while try stream.next() {
                    for item in stream.items {
                        if !ends.isEmpty { output.append(",") }
                        printer.print(item, to: &output)
                        ends.append(item.end)
                    }
                }
            } catch {
                return "error"
            }
        }
        return stream.isInsideItem ? "incomplete" : "end"
    }

    /// The bytes that a line spells, blanks between digits being allowed; nil if it spells none.
    private static func bytes(ofHex line: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.count / 2)
        var high: UInt8?
        for character in line where character != 0x20 && character != 0x0D && character != 0x09 {
            let digit: UInt8
            switch character {
            case 0x30...0x39: digit = character - 0x30
            case 0x41...0x46: digit = character - 0x37
            case 0x61...0x66: digit = character - 0x57
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? bytes : nil
    }
}
