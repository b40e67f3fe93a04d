// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension CommandScanner {
    /// What the scanner's loop does next.
    enum Outcome {
        /// Input ran out.
        case nothing
        /// `command.count` arguments follow.
        case header
        /// An argument is complete.
        case argument
        /// An inline command of `command.count` arguments is complete.
        case line
    }

    /// How much of a command, and of one argument of it, has been seen.
    struct PartialCommand: Sendable {
        enum Phase: UInt8 {
            case start, argument, count, length, lineFeed, payload, line, failed
        }

        var phase = Phase.start
        /// Whether the number that is being read is the count of arguments, not a length.
        var isHeader = false
        var isNegative = false
        /// Digits so far.
        var digits: UInt8 = 0
        var number: UInt64 = 0
        /// Where the marker before the number stands, from the command's start.
        var start = 0
        /// Where the payload's CRLF ends, from the command's start.
        var payloadEnd = 0
        /// How many arguments the command has.
        var count = 0
        var grammar = InlineCommandGrammar()
    }

    /// Takes a header, an argument or an inline command byte by byte, as far as the input goes, and finds everything
    /// that is wrong with it.
    mutating func resumeElement(
        _ bytes: Span<UInt8>, _ end: Int, at index: inout Int
    ) throws(RESPDecodingError) -> Outcome {
        if command.phase == .failed { throw rememberedFailure }
        while index < end {
            let byte = bytes[index]
            switch command.phase {
            case .start:
                guard byte == RESPKind.array.rawValue else {
                    command.grammar = InlineCommandGrammar()
                    command.phase = .line
                    continue
                }
                startNumber(at: index, isHeader: true)
            case .argument:
                guard byte == RESPKind.bulkString.rawValue else {
                    throw fail(.invalidArgument(byte: byte, offset: frameOffset + index))
                }
                startNumber(at: index, isHeader: false)
            case .count, .length:
                try takeDigit(byte, at: index)
            case .lineFeed:
                guard byte == 0x0A else { throw fail(.invalidLineBreak(offset: frameOffset + index)) }
                index &+= 1
                if try endOfNumber(at: index) { return .header }
                continue
            case .payload:
                guard command.payloadEnd <= end else { return .nothing }
                try checkTerminator(bytes)
                index = command.payloadEnd
                command.phase = .argument
                return .argument
            case .line:
                return try resumeLine(bytes, end, at: &index)
            case .failed:
                throw rememberedFailure
            }
            index &+= 1
        }
        return .nothing
    }

    private mutating func startNumber(at index: Int, isHeader: Bool) {
        command.phase = isHeader ? .count : .length
        command.isHeader = isHeader
        command.isNegative = false
        command.digits = 0
        command.number = 0
        command.start = index
    }

    private mutating func takeDigit(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        switch byte {
        case 0x30...0x39:
            // No leading zero; of the negative numbers, −1 only.
            let isAllowed =
                command.isNegative ? byte == 0x31 && command.digits == 0 : command.number > 0 || command.digits == 0
            guard isAllowed else { break }
            guard command.digits < 18 else { throw fail(tooLong(declared: .max)) }
            command.number = command.number * 10 + UInt64(byte - 0x30)
            command.digits += 1
            return
        case 0x2D where command.isHeader && command.digits == 0 && !command.isNegative:
            command.isNegative = true
            return
        case 0x0D where command.digits > 0:
            command.phase = .lineFeed
            return
        default:
            break
        }
        let kind = command.isHeader ? RESPKind.array : .bulkString
        throw fail(.invalidLength(kind: kind, offset: frameOffset + index))
    }

    /// Decides what a complete first line means. `index` is the byte behind it.
    ///
    /// - Returns: whether that was the command's header.
    private mutating func endOfNumber(at index: Int) throws(RESPDecodingError) -> Bool {
        let number = Int(clamping: command.number)
        if command.isHeader {
            command.phase = .argument
            command.count = command.isNegative ? 0 : number
            guard command.count <= limits.maximumElements else { throw fail(tooLong(declared: number)) }
            return true
        }
        guard number <= limits.maximumBulkLength else { throw fail(tooLong(declared: number)) }
        let (payloadEnd, overflow) = index.addingReportingOverflow(number + 2)
        guard !overflow, payloadEnd <= limits.maximumFrameBytes else {
            throw fail(.frameTooLarge(limit: limits.maximumFrameBytes, offset: frameOffset))
        }
        command.payloadEnd = payloadEnd
        command.phase = .payload
        return false
    }

    private mutating func checkTerminator(_ bytes: Span<UInt8>) throws(RESPDecodingError) {
        let terminator = command.payloadEnd - 2
        guard bytes[terminator] == 0x0D else {
            throw fail(.missingTerminator(offset: frameOffset + terminator))
        }
        guard bytes[terminator + 1] == 0x0A else {
            throw fail(.missingTerminator(offset: frameOffset + terminator + 1))
        }
    }

    private func tooLong(declared: Int) -> RESPDecodingError {
        let offset = frameOffset + command.start
        return command.isHeader
            ? .tooManyElements(declared: declared, limit: limits.maximumElements, offset: offset)
            : .bulkTooLong(declared: declared, limit: limits.maximumBulkLength, offset: offset)
    }

    /// Takes the line of an inline command.
    private mutating func resumeLine(
        _ bytes: Span<UInt8>, _ end: Int, at index: inout Int
    ) throws(RESPDecodingError) -> Outcome {
        var grammar = command.grammar
        while index < end {
            let byte = bytes[index]
            if byte == 0x0A {
                guard grammar.isBalanced else { throw fail(.unbalancedQuotes(offset: frameOffset)) }
                command.count = grammar.arguments
                index &+= 1
                return .line
            }
            // One byte more is all right if it is the line end's carriage return.
            if index >= limits.maximumInlineLength, index > limits.maximumInlineLength || byte != 0x0D {
                throw fail(.inlineTooLong(limit: limits.maximumInlineLength, offset: frameOffset))
            }
            guard byte != 0 else { throw fail(.invalidArgument(byte: byte, offset: frameOffset + index)) }
            grammar.take(byte)
            guard grammar.arguments <= limits.maximumElements else {
                throw fail(
                    .tooManyElements(
                        declared: grammar.arguments, limit: limits.maximumElements, offset: frameOffset + index))
            }
            index &+= 1
        }
        command.grammar = grammar
        return .nothing
    }
}
