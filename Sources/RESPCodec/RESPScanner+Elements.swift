// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPScanner {
    /// What the scanner's loop does next.
    enum Outcome {
        /// Input ran out.
        case nothing
        /// A value without nested values is complete.
        case value
        /// `element.count` values follow, and are one value together.
        case aggregate
        /// `element.count` values follow that don't count.
        case attribute
    }

    /// How much of one element has been seen.
    struct PartialElement: Sendable {
        enum Phase: UInt8 {
            case marker, length, integer, bigNumber, double, text, boolean, carriageReturn, lineFeed, payload, failed
        }

        var phase = Phase.marker
        var kind = RESPKind.null
        /// Where its marker stands, from the frame's start.
        var start = 0
        /// Digits so far, and the sign before them.
        var magnitude: UInt64 = 0
        var digits = 0
        var hasSign = false
        var isNegative = false
        var grammar = DecimalGrammar()
        /// Where the payload's CRLF ends, from the frame's start.
        var payloadEnd = 0
        /// Values in an aggregate; keys and values count separately.
        var count = 0
    }

    /// Takes one element byte by byte, as far as the input goes, and finds everything that is wrong with it.
    @inline(never)
    mutating func resume(
        _ bytes: Span<UInt8>, _ end: Int, at index: inout Int
    ) throws(RESPDecodingError) -> Outcome {
        if element.phase == .failed { throw rememberedFailure }
        while index < end {
            let byte = bytes[index]
            switch element.phase {
            case .marker: try takeMarker(byte, at: index)
            case .length: try takeLength(byte, at: index)
            case .integer: try takeInteger(byte, at: index)
            case .bigNumber: try takeBigNumber(byte, at: index)
            case .double: try takeDouble(byte, at: index)
            case .boolean: try takeBoolean(byte, at: index)
            case .text:
                if byte == 0x0D {
                    element.phase = .lineFeed
                } else if byte == 0x0A {
                    throw fail(.invalidLineBreak(offset: frameOffset + index))
                } else if index &+ 8 <= end {
                    // The first byte is no line break, so this moves on by one at least.
                    index &+= WireWord(bytes, at: index).firstLineBreak
                    continue
                }
            case .carriageReturn:
                guard byte == 0x0D else {
                    throw fail(.invalidValue(kind: element.kind, offset: frameOffset + index))
                }
                element.phase = .lineFeed
            case .lineFeed:
                guard byte == 0x0A else { throw fail(.invalidLineBreak(offset: frameOffset + index)) }
                index &+= 1
                let outcome = try endOfLine(at: index)
                if outcome != .nothing { return outcome }
                continue
            case .payload:
                guard element.payloadEnd <= end else { return .nothing }
                try checkPayload(bytes)
                index = element.payloadEnd
                element.phase = .marker
                return .value
            case .failed:
                throw rememberedFailure
            }
            index &+= 1
        }
        return .nothing
    }

    private mutating func takeMarker(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        guard let kind = RESPKind(rawValue: byte) else {
            throw fail(.unknownKind(byte: byte, offset: frameOffset + index))
        }
        let phase: PartialElement.Phase =
            switch kind {
            case .simpleString, .simpleError: .text
            case .integer: .integer
            case .bigNumber: .bigNumber
            case .double: .double
            case .boolean: .boolean
            case .null: .carriageReturn
            case .bulkString, .bulkError, .verbatimString, .array, .map, .set, .push, .attribute: .length
            }
        element.kind = kind
        element.phase = phase
        element.start = index
        element.magnitude = 0
        element.digits = 0
        element.hasSign = false
        element.isNegative = false
        element.grammar = DecimalGrammar()
    }

    private mutating func takeLength(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        let kind = element.kind
        switch byte {
        case 0x30...0x39:
            // No leading zero; of the negative numbers, −1 only.
            let isAllowed =
                element.isNegative ? byte == 0x31 && element.digits == 0 : element.magnitude > 0 || element.digits == 0
            guard isAllowed else { throw fail(.invalidLength(kind: kind, offset: frameOffset + index)) }
            guard element.digits < 18 else { throw fail(tooLong(declared: .max)) }
            element.magnitude = element.magnitude * 10 + UInt64(byte - 0x30)
            element.digits += 1
        case 0x2D where element.digits == 0 && !element.isNegative && (kind == .bulkString || kind == .array):
            element.isNegative = true
        case 0x0D where element.digits > 0:
            element.phase = .lineFeed
        case 0x3F where element.digits == 0 && !element.isNegative && kind != .attribute && kind != .bulkError:
            throw fail(.streamedTypeNotSupported(kind: kind, offset: frameOffset + element.start))
        default:
            throw fail(.invalidLength(kind: kind, offset: frameOffset + index))
        }
    }

    private mutating func takeInteger(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        if try takeSignOrEnd(byte, at: index) { return }
        let (product, overflow) = element.magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
        guard !overflow, !carry, sum <= UInt64(Int64.max) + (element.isNegative ? 1 : 0) else {
            throw fail(.integerOverflow(offset: frameOffset + index))
        }
        element.magnitude = sum
        element.digits = 1
    }

    private mutating func takeBigNumber(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        if try takeSignOrEnd(byte, at: index) { return }
        element.digits = 1
    }

    /// True if `byte` was a sign or a carriage return at a place where it may stand, false if it is a digit.
    ///
    /// The protocol's description allows a plus sign and leading zeros before numbers, though not before lengths.
    private mutating func takeSignOrEnd(_ byte: UInt8, at index: Int) throws(RESPDecodingError) -> Bool {
        switch byte {
        case 0x30...0x39:
            return false
        case 0x2B, 0x2D:
            guard element.digits == 0, !element.hasSign else { break }
            element.hasSign = true
            element.isNegative = byte == 0x2D
            return true
        case 0x0D:
            guard element.digits > 0 else { break }
            element.phase = .lineFeed
            return true
        default:
            break
        }
        throw fail(.invalidValue(kind: element.kind, offset: frameOffset + index))
    }

    private mutating func takeDouble(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        if byte == 0x0D, element.grammar.isComplete {
            element.phase = .lineFeed
        } else if !element.grammar.accepts(byte) {
            throw fail(.invalidValue(kind: .double, offset: frameOffset + index))
        }
    }

    private mutating func takeBoolean(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        guard byte == 0x74 || byte == 0x66 else {
            throw fail(.invalidValue(kind: .boolean, offset: frameOffset + index))
        }
        element.phase = .carriageReturn
    }

    /// Decides what a complete first line means. `index` is the byte behind it; `.nothing`: the payload comes next.
    private mutating func endOfLine(at index: Int) throws(RESPDecodingError) -> Outcome {
        element.phase = .marker
        let kind = element.kind
        switch kind {
        case .simpleString, .simpleError, .integer, .bigNumber, .double, .boolean, .null:
            return .value
        case .bulkString, .bulkError, .verbatimString:
            if element.isNegative { return .value }
            let length = Int(clamping: element.magnitude)
            guard length <= limits.maximumBulkLength else { throw fail(tooLong(declared: length)) }
            guard kind != .verbatimString || length >= 4 else {
                throw fail(.invalidLength(kind: kind, offset: frameOffset + element.start + 1))
            }
            let payloadEnd = index.addingReportingOverflow(length).partialValue.addingReportingOverflow(2)
            guard !payloadEnd.overflow, payloadEnd.partialValue > length,
                payloadEnd.partialValue <= limits.maximumFrameBytes
            else { throw fail(.frameTooLarge(limit: limits.maximumFrameBytes, offset: frameOffset)) }
            element.payloadEnd = payloadEnd.partialValue
            element.phase = .payload
            return .nothing
        case .array, .map, .set, .push, .attribute:
            if element.isNegative { return .value }
            let count = Int(clamping: element.magnitude)
            guard count <= limits.maximumElements, count <= Int.max / 2 else { throw fail(tooLong(declared: count)) }
            if count == 0 {
                element.count = 0
                return kind == .attribute ? .attribute : .value
            }
            guard mayNest else {
                throw fail(.nestedTooDeeply(limit: limits.maximumDepth, offset: frameOffset + element.start))
            }
            element.count = kind == .map || kind == .attribute ? count * 2 : count
            return kind == .attribute ? .attribute : .aggregate
        }
    }

    private mutating func checkPayload(_ bytes: Span<UInt8>) throws(RESPDecodingError) {
        let terminator = element.payloadEnd - 2
        guard bytes[terminator] == 0x0D else {
            throw fail(.missingTerminator(offset: frameOffset + terminator))
        }
        guard bytes[terminator + 1] == 0x0A else {
            throw fail(.missingTerminator(offset: frameOffset + terminator + 1))
        }
        if element.kind == .verbatimString {
            let colon = terminator - Int(clamping: element.magnitude) + 3
            guard bytes[colon] == 0x3A else { throw fail(.invalidVerbatimFormat(offset: frameOffset + colon)) }
        }
    }

    private func tooLong(declared: Int) -> RESPDecodingError {
        let offset = frameOffset + element.start
        return element.kind.isAggregate
            ? .tooManyElements(declared: declared, limit: limits.maximumElements, offset: offset)
            : .bulkTooLong(declared: declared, limit: limits.maximumBulkLength, offset: offset)
    }
}
