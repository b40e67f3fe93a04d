// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Writes inline commands as arrays of bulk strings, so that everything behind the scanner knows one form only.
///
/// Its memory is used again for the next command.
struct InlineCommandRewriter: Sendable {
    /// Memory above this is not kept.
    private static let largestKept = 16 << 10

    private var encoding: [UInt8] = []
    private var argument: [UInt8] = []

    /// The frame of a command.
    ///
    /// - Parameters:
    ///   - line: the command with its line end, as ``CommandScanner`` has measured it.
    ///   - count: how many arguments it has.
    /// - Complexity: O(*n*). Allocates for frames of more than 23 bytes, and when a line is longer than those before it.
    mutating func frame(of line: Span<UInt8>, argumentCount count: Int) -> RESPFrame {
        append(count, marker: RESPKind.array.rawValue)
        var position = 0
        for _ in 0..<count {
            takeArgument(of: line, from: &position)
            append(argument.count, marker: RESPKind.bulkString.rawValue)
            encoding += argument
            appendLineEnd()
        }
        let frame = RESPFrame(storage: ByteStorage(copying: encoding.span))
        encoding.removeAll(keepingCapacity: encoding.capacity <= InlineCommandRewriter.largestKept)
        argument.removeAll(keepingCapacity: argument.capacity <= InlineCommandRewriter.largestKept)
        return frame
    }

    /// Takes the next argument, unquoted, into `argument`.
    private mutating func takeArgument(of line: Span<UInt8>, from position: inout Int) {
        argument.removeAll(keepingCapacity: true)
        while position < line.count, InlineCommandGrammar.isBlank(line[position]) { position += 1 }
        while position < line.count {
            let byte = line[position]
            position += 1
            switch byte {
            case 0x22: takeDoubleQuoted(of: line, from: &position)
            case 0x27: takeSingleQuoted(of: line, from: &position)
            case _ where InlineCommandGrammar.endsWord(byte): return
            default: argument.append(byte)
            }
        }
    }

    private mutating func takeDoubleQuoted(of line: Span<UInt8>, from position: inout Int) {
        while position < line.count, line[position] != 0x22 {
            let byte = line[position]
            position += 1
            guard byte == 0x5C, position < line.count else {
                argument.append(byte)
                continue
            }
            let escaped = line[position]
            position += 1
            switch escaped {
            case 0x6E: argument.append(0x0A)
            case 0x72: argument.append(0x0D)
            case 0x74: argument.append(0x09)
            case 0x62: argument.append(0x08)
            case 0x61: argument.append(0x07)
            case 0x78:
                // Two hexadecimal digits make a byte; otherwise the x stands for itself, and what follows, too.
                if position + 1 < line.count, let high = hexDigit(line[position]),
                    let low = hexDigit(line[position + 1])
                {
                    argument.append(high << 4 | low)
                    position += 2
                } else {
                    argument.append(escaped)
                }
            default: argument.append(escaped)
            }
        }
        position += 1
    }

    private mutating func takeSingleQuoted(of line: Span<UInt8>, from position: inout Int) {
        while position < line.count, line[position] != 0x27 {
            if line[position] == 0x5C, position + 1 < line.count, line[position + 1] == 0x27 { position += 1 }
            argument.append(line[position])
            position += 1
        }
        position += 1
    }

    private func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    private mutating func append(_ number: Int, marker: UInt8) {
        encoding.append(marker)
        encoding += String(number).utf8
        appendLineEnd()
    }

    private mutating func appendLineEnd() {
        encoding.append(0x0D)
        encoding.append(0x0A)
    }
}
