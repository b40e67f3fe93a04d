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
        /// The innermost level, a streamed aggregate, has all its values.
        case endOfStream
    }

    /// What an aggregate still owes, as one number: how many values, or, if it is streamed, how many have come, below
    /// zero, so that counting down serves both and only counted ones ever get to zero.
    struct Level {
        /// What a streamed array or set starts with, and what a streamed map does.
        static let streamedValues = -1
        static let streamedPairs = -(1 << 61)
        /// Added on a streamed level while the last that stands there is an attribute.
        static let attributed = -(1 << 62)

        let owed: Int

        var isStreamed: Bool { owed < 0 }
        var isAttributed: Bool { owed < Level.attributed }
        var isMap: Bool { counted <= Level.streamedPairs }
        /// Values that have come on a streamed level, keys included.
        var received: Int { (isMap ? Level.streamedPairs : Level.streamedValues) - counted }

        private var counted: Int { isAttributed ? owed - Level.attributed : owed }
    }

    /// How much of one element has been seen.
    struct PartialElement: Sendable {
        enum Phase: UInt8 {
            case marker, length, integer, bigNumber, double, text, boolean, carriageReturn, lineFeed, payload
            case partMarker, failed
        }

        /// What stands where an element may stand.
        enum Form: UInt8 {
            case ordinary
            /// A string or an aggregate whose length is `?`.
            case streamed
            /// The dot that ends a streamed aggregate.
            case endOfStream
        }

        var phase = Phase.marker
        var form = Form.ordinary
        var kind = RESPKind.null
        /// Where its marker stands, from the frame's start; of a streamed string, the string's.
        var start = 0
        /// Where the current part of a streamed string starts.
        var partStart = 0
        /// Bytes in the parts of a streamed string.
        var total = 0
        /// Whether to stop before each of these parts, because it is to be handed out before it is complete.
        var pausesAtParts = false
        /// Digits so far, and whether a minus sign stands before them.
        var magnitude: UInt64 = 0
        var digits = 0
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
        _ bytes: Span<UInt8>, _ end: Int, at index: inout Int, in level: Level
    ) throws(RESPDecodingError) -> Outcome {
        if element.phase == .failed { throw rememberedFailure }
        while index < end {
            let byte = bytes[index]
            switch element.phase {
            case .marker: try takeMarker(byte, at: index, in: level)
            case .partMarker: try takePartMarker(byte, at: index)
            case .length: try takeLength(byte, at: index)
            case .integer: try takeInteger(byte, at: index)
            case .bigNumber: try takeBigNumber(byte, at: index)
            case .double: try takeDouble(byte, at: index)
            case .boolean: try takeBoolean(byte, at: index)
            case .text:
                if byte == 0x0D {
                    element.phase = .lineFeed
                } else if byte == 0x0A {
                    throw fail(.invalidLineBreak(offset: offset(of: index)))
                } else if index &+ 8 <= end {
                    // The first byte is no line break, so this moves on by one at least.
                    index &+= WireWord(bytes, at: index).firstLineBreak
                    continue
                }
            case .carriageReturn:
                guard byte == 0x0D else { throw fail(invalidValue(at: index)) }
                element.phase = .lineFeed
            case .lineFeed:
                guard byte == 0x0A else { throw fail(.invalidLineBreak(offset: offset(of: index))) }
                index &+= 1
                let outcome = try endOfLine(at: index)
                if outcome != .nothing { return outcome }
                if element.pausesAtParts, element.phase == .payload { return .nothing }
                continue
            case .payload:
                guard element.payloadEnd <= end else { return .nothing }
                try checkPayload(bytes)
                index = element.payloadEnd
                if element.form == .streamed {
                    element.phase = .partMarker
                    continue
                }
                element.phase = .marker
                return .value
            case .failed:
                throw rememberedFailure
            }
            index &+= 1
        }
        return .nothing
    }

    private mutating func takeMarker(
        _ byte: UInt8, at index: Int, in level: Level
    ) throws(RESPDecodingError) {
        element.form = .ordinary
        element.pausesAtParts = false
        element.start = index
        element.magnitude = 0
        element.digits = 0
        element.isNegative = false
        if level.isStreamed, try takeEndOfStream(byte, at: index, of: level) { return }
        guard let kind = RESPKind(rawValue: byte) else {
            throw fail(.unknownKind(byte: byte, offset: offset(of: index)))
        }
        element.kind = kind
        element.phase =
            switch kind {
            case .simpleString, .simpleError: .text
            case .integer: .integer
            case .bigNumber: .bigNumber
            case .double: .double
            case .boolean: .boolean
            case .null: .carriageReturn
            case .bulkString, .bulkError, .verbatimString, .array, .map, .set, .push, .attribute: .length
            }
        if kind == .double { element.grammar = DecimalGrammar() }
    }

    /// True if `byte` ends the streamed aggregate that it stands in; false if it has to be the marker of a value.
    private mutating func takeEndOfStream(
        _ byte: UInt8, at index: Int, of level: Level
    ) throws(RESPDecodingError) -> Bool {
        let isBetweenPairs = !level.isMap || level.received & 1 == 0
        guard byte == 0x2E else {
            // An attribute is no element, but what it is about would be.
            let limit = limits.maximumElements
            guard level.isMap ? level.received / 2 < limit || !isBetweenPairs : level.received < limit else {
                throw fail(.tooManyElements(declared: limit + 1, limit: limit, offset: offset(of: index)))
            }
            return false
        }
        // What the attribute is about has to come first.
        if level.isAttributed { return false }
        guard isBetweenPairs else { throw fail(.missingValue(offset: offset(of: index))) }
        element.kind = .null
        element.form = .endOfStream
        element.phase = .carriageReturn
        return true
    }

    private mutating func takePartMarker(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        guard byte == 0x3B else { throw fail(.invalidStreamPart(byte: byte, offset: offset(of: index))) }
        element.partStart = index
        element.magnitude = 0
        element.digits = 0
        element.phase = .length
    }

    private mutating func takeLength(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        let kind = element.kind
        let isPart = element.form == .streamed
        switch byte {
        case 0x30...0x39:
            // No leading zero; of the negative numbers, −1 only.
            let isAllowed =
                element.isNegative ? byte == 0x31 && element.digits == 0 : element.magnitude > 0 || element.digits == 0
            guard isAllowed else { throw fail(.invalidLength(kind: kind, offset: offset(of: index))) }
            guard element.digits < 18 else { throw fail(tooLong(declared: .max)) }
            element.magnitude = element.magnitude * 10 + UInt64(byte - 0x30)
            element.digits += 1
        case 0x2D where element.digits == 0 && !element.isNegative && !isPart && kind.hasNullLength:
            element.isNegative = true
        case 0x3F where element.digits == 0 && !element.isNegative && !isPart && kind.hasStreamedForm:
            element.form = .streamed
            element.phase = .carriageReturn
            isStreamed = true
        case 0x0D where element.digits > 0:
            element.phase = .lineFeed
        default:
            throw fail(.invalidLength(kind: kind, offset: offset(of: index)))
        }
    }

    private mutating func takeInteger(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        if try takeSignOrEnd(byte, at: index) { return }
        let (product, overflow) = element.magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
        guard !overflow, !carry, sum <= UInt64(Int64.max) + (element.isNegative ? 1 : 0) else {
            throw fail(.integerOverflow(offset: offset(of: index)))
        }
        element.magnitude = sum
    }

    private mutating func takeBigNumber(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        if try takeSignOrEnd(byte, at: index) { return }
        // Only whether it is zero matters.
        element.magnitude |= UInt64(byte - 0x30)
    }

    /// True if `byte` was a sign or a carriage return at a place where it may stand, false if it is a digit.
    private mutating func takeSignOrEnd(_ byte: UInt8, at index: Int) throws(RESPDecodingError) -> Bool {
        switch byte {
        case 0x30...0x39:
            // No leading zero.
            guard element.magnitude > 0 || element.digits == 0 else { break }
            element.digits = 1
            return false
        case 0x2D:
            guard element.digits == 0, !element.isNegative else { break }
            element.isNegative = true
            return true
        case 0x0D:
            guard element.digits > 0 else { break }
            element.phase = .lineFeed
            return true
        default:
            break
        }
        throw fail(invalidValue(at: index))
    }

    private mutating func takeDouble(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        if byte == 0x0D, element.grammar.isComplete {
            element.phase = .lineFeed
        } else if !element.grammar.accepts(byte) {
            throw fail(invalidValue(at: index))
        }
    }

    private mutating func takeBoolean(_ byte: UInt8, at index: Int) throws(RESPDecodingError) {
        guard byte == 0x74 || byte == 0x66 else { throw fail(invalidValue(at: index)) }
        element.phase = .carriageReturn
    }

    /// Decides what a complete first line means. `index` is the byte behind it; `.nothing`: the payload comes next.
    private mutating func endOfLine(at index: Int) throws(RESPDecodingError) -> Outcome {
        element.phase = .marker
        let kind = element.kind
        switch kind {
        case .null where element.form == .endOfStream:
            return .endOfStream
        case .simpleString, .simpleError, .integer, .bigNumber, .double, .boolean, .null:
            return .value
        case .bulkString where element.form == .streamed:
            return try endOfPartLine(at: index)
        case .bulkString, .bulkError, .verbatimString:
            if element.isNegative { return .value }
            let length = Int(clamping: element.magnitude)
            guard length <= limits.maximumBulkLength else { throw fail(tooLong(declared: length)) }
            guard kind != .verbatimString || length >= 4 else {
                throw fail(.invalidLength(kind: kind, offset: offset(of: element.start + 1)))
            }
            try expectPayload(length, at: index)
            return .nothing
        case .array, .map, .set, .push, .attribute:
            if element.isNegative { return .value }
            return try beginAggregate()
        }
    }

    /// The line was `$?`, or announced the next part of a streamed string; the last one is empty.
    private mutating func endOfPartLine(at index: Int) throws(RESPDecodingError) -> Outcome {
        if element.digits == 0 {
            element.total = 0
            element.phase = .partMarker
            return .nothing
        }
        let length = Int(clamping: element.magnitude)
        if length == 0 { return .value }
        let (total, overflow) = element.total.addingReportingOverflow(length)
        guard !overflow, total <= limits.maximumBulkLength else {
            throw fail(tooLong(declared: overflow ? .max : total))
        }
        element.total = total
        try expectPayload(length, at: index)
        return .nothing
    }

    private mutating func expectPayload(_ length: Int, at index: Int) throws(RESPDecodingError) {
        let (end, overflow) = index.addingReportingOverflow(length)
        // Two bytes of line end, without another overflow.
        guard !overflow, end <= limits.maximumFrameBytes - 2 else {
            throw fail(.frameTooLarge(limit: limits.maximumFrameBytes, offset: frameOffset))
        }
        element.payloadEnd = end + 2
        element.phase = .payload
    }

    private mutating func beginAggregate() throws(RESPDecodingError) -> Outcome {
        let kind = element.kind
        let count = Int(clamping: element.magnitude)
        guard count <= limits.maximumElements, count <= Int.max / 2 else { throw fail(tooLong(declared: count)) }
        let isStreamed = element.form == .streamed
        if count == 0, !isStreamed {
            element.count = 0
            return kind == .attribute ? .attribute : .value
        }
        guard mayNest else {
            throw fail(.nestedTooDeeply(limit: limits.maximumDepth, offset: offset(of: element.start)))
        }
        let hasPairs = kind == .map || kind == .attribute
        if isStreamed {
            element.count = hasPairs ? Level.streamedPairs : Level.streamedValues
        } else {
            element.count = hasPairs ? count * 2 : count
        }
        return kind == .attribute ? .attribute : .aggregate
    }

    private mutating func checkPayload(_ bytes: Span<UInt8>) throws(RESPDecodingError) {
        let terminator = element.payloadEnd - 2
        guard bytes[terminator] == 0x0D else {
            throw fail(.missingTerminator(offset: offset(of: terminator)))
        }
        guard bytes[terminator + 1] == 0x0A else {
            throw fail(.missingTerminator(offset: offset(of: terminator + 1)))
        }
        if element.kind == .verbatimString {
            try checkFormat(bytes, at: terminator - Int(clamping: element.magnitude))
        }
    }

    /// Checks that the payload at `start` has a colon behind three bytes of format.
    mutating func checkFormat(_ bytes: Span<UInt8>, at start: Int) throws(RESPDecodingError) {
        guard bytes[start + 3] == 0x3A else {
            throw fail(.invalidVerbatimFormat(offset: offset(of: start + 3)))
        }
    }

    private func invalidValue(at index: Int) -> RESPDecodingError {
        switch element.form {
        case .ordinary: .invalidValue(kind: element.kind, offset: offset(of: index))
        case .streamed: .invalidLength(kind: element.kind, offset: offset(of: index))
        case .endOfStream: .invalidLineBreak(offset: offset(of: index))
        }
    }

    private func tooLong(declared: Int) -> RESPDecodingError {
        if element.kind.isAggregate {
            return .tooManyElements(
                declared: declared, limit: limits.maximumElements, offset: offset(of: element.start))
        }
        let start = element.form == .streamed ? element.partStart : element.start
        return .bulkTooLong(declared: declared, limit: limits.maximumBulkLength, offset: offset(of: start))
    }
}

extension RESPKind {
    /// Whether RESP2's null of this kind exists: length −1.
    fileprivate var hasNullLength: Bool { self == .bulkString || self == .array }

    /// Whether the length may be `?`: the value comes in parts until it ends.
    fileprivate var hasStreamedForm: Bool {
        self == .bulkString || self == .array || self == .map || self == .set
    }
}
