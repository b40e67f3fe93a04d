// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Finds where a frame ends: a reply with everything nested in it and the attributes before it, or a command.
///
/// Give it the unread bytes, and, when it answers `nil`, the same bytes again with more behind them. It goes on where it
/// stopped: no byte is looked at twice, so that a frame costs O(*n*) however it is cut into reads, and a large payload
/// that is still on its way costs one comparison per call. It is strict, does not recurse, and allocates nothing but a
/// word per level of nesting beyond the first.
///
/// ```swift
/// var scanner = RESPScanner()
/// let bytes: [UInt8] = Array("+OK\r\n:1\r\n".utf8)
/// let length = try scanner.frameLength(in: bytes.span)   // 5
/// ```
///
/// What counts as one value: an attribute never does, wherever it stands; a push inside an aggregate counts as the
/// element at its place, since that is what servers send inside the array of an `EXEC`.
public struct RESPScanner: Sendable {
    /// What the scanner accepts.
    public let limits: RESPLimits

    /// Whether an attribute before a reply is a frame of its own, not a part of the reply's.
    public let attributesAreFrames: Bool

    /// Where the current frame starts, in bytes from the first byte that the scanner ever got.
    public private(set) var frameOffset = 0

    /// Whether the frame measured last has a streamed string or aggregate in it (`$?`, `*?`, `%?`, `~?`).
    public private(set) var frameIsStreamed = false

    /// At least so many bytes of the frame are missing, from what has been announced so far: O(1), never too many.
    public var missingBytes: Int {
        // Of the innermost level only; each value takes three bytes at least, and so does what ends a streamed one.
        let values = outstanding < 0 ? 1 : min(outstanding, 1 << 40)
        switch element.phase {
        case .marker: return values * 3
        case .payload: return max(1, needed - seen) + (values - 1) * 3
        case .lineFeed: return 1 + (values - 1) * 3
        default: return 2 + (values - 1) * 3
        }
    }

    /// Whether what is being received is the payload of the frame's value itself, not of one nested in it.
    var isInsideOnlyPayload: Bool { element.phase == .payload && depth == 0 }

    /// Where the first byte of the next call stands in the stream.
    private var origin = 0
    /// Bytes of the frame that have been dealt with.
    private(set) var position = 0
    /// How the element that stands at `position` is getting on.
    var element = PartialElement()
    /// Whether a streamed type has been seen in the current frame.
    var isStreamed = false
    private var seen = 0
    /// How many bytes of the frame there have to be before it is worth while to go on.
    private(set) var needed = 1
    /// Values still owed on the innermost level; see ``Level`` for streamed ones.
    private var outstanding = 1
    /// The same for the levels around it: `outerOutstanding` on the top level, `stack` further in.
    private var outerOutstanding = 0
    private var stack: [Int] = []
    private var depth = 0
    private var failure: RESPDecodingError?

    /// Makes a scanner at the start of a stream.
    public init(limits: RESPLimits = .client, attributesAreFrames: Bool = false) {
        self.limits = limits
        self.attributesAreFrames = attributesAreFrames
    }

    /// Measures the frame that starts at the first byte of `bytes`.
    ///
    /// - Parameter bytes: unread input, which starts with the bytes of the last call if that returned `nil`, and behind
    ///   the measured frame if it returned a length.
    /// - Returns: the frame's length in bytes, or `nil` if more input is needed.
    /// - Throws: `RESPDecodingError` as soon as the offending byte is there; from then on, every call throws the same.
    /// - Complexity: O(*m*), *m* being the bytes not seen by an earlier call.
    @inline(__always)
    public mutating func frameLength(in bytes: Span<UInt8>) throws(RESPDecodingError) -> Int? {
        let length = shortFrameLength(in: bytes)
        return length > 0 ? length : try longFrameLength(in: bytes)
    }

    /// Measures a frame of any form, and goes on with one that was begun.
    @inline(never)
    private mutating func longFrameLength(in bytes: Span<UInt8>) throws(RESPDecodingError) -> Int? {
        if bytes.count < needed {
            seen = bytes.count
            return nil
        }
        let end = min(bytes.count, limits.maximumFrameBytes)
        var index = position
        var owed = outstanding
        while true {
            var outcome = element.phase == .marker && owed > 0 ? fastOutcome(bytes, end, at: &index, &owed) : .nothing
            if outcome == .nothing {
                let level = Level(owed: owed)
                outcome = try resume(bytes, end, at: &index, in: level)
                if level.isAttributed, outcome == .value || outcome == .aggregate { owed &-= Level.attributed }
            }
            switch outcome {
            case .value:
                owed &-= 1
            case .aggregate:
                push(owed &- 1)
                owed = element.count
            case .attribute:
                // A streamed aggregate must not end behind an attribute.
                if owed < 0, !Level(owed: owed).isAttributed { owed &+= Level.attributed }
                push(attributesAreFrames && depth == 0 ? 0 : owed)
                owed = element.count
            case .endOfStream:
                owed = 0
            case .nothing:
                outstanding = owed
                return try pause(at: index, of: bytes.count)
            }
            while owed == 0 {
                if depth == 0 { return finish(at: index) }
                owed = pop()
            }
        }
    }

    /// The length of a frame that is one value in its common form and here as a whole, which most frames are; 0, and
    /// nothing has happened, for all others, and within a frame.
    @inline(__always)
    private mutating func shortFrameLength(in bytes: Span<UInt8>) -> Int {
        guard position | depth == 0, element.phase == .marker else { return 0 }
        let end = min(bytes.count, limits.maximumFrameBytes)
        guard end >= 9 else { return 0 }
        let length = scalarLength(bytes[0], WireWord(bytes, at: 1), bytes, end, at: 0)
        if length > 0 {
            origin &+= length
            frameOffset = origin
            frameIsStreamed = false
        }
        return length
    }

    /// The length of the scalar at `index` if it is complete and in its common form; 0 otherwise.
    @inline(__always)
    private func scalarLength(
        _ marker: UInt8, _ word: WireWord, _ bytes: Span<UInt8>, _ end: Int, at index: Int
    ) -> Int {
        if marker == RESPKind.bulkString.rawValue {
            let (length, width) = word.length
            guard width > 0, length <= limits.maximumBulkLength else { return 0 }
            let last = index &+ width &+ length &+ 2
            guard last < end, bytes[last &- 1] == 0x0D, bytes[last] == 0x0A else { return 0 }
            return width &+ length &+ 3
        }
        if marker == RESPKind.integer.rawValue {
            let (_, digits) = word.digitsBeforeLineEnd
            guard digits > 0, digits == 1 || word.bits & 0xFF != 0x30 else { return 0 }
            return digits &+ 3
        }
        if marker == RESPKind.simpleString.rawValue {
            let length = word.firstLineBreak
            guard length < 7, word.bits >> UInt64(truncatingIfNeeded: length &* 8) & 0xFFFF == 0x0A0D else { return 0 }
            return length &+ 3
        }
        return 0
    }

    /// The last one of the scalars that stand here and are owed, or the header of an aggregate behind them, in their common
    /// forms. Takes nothing otherwise: errors, limits, rare forms and truncated elements are left to `resume`.
    ///
    /// - Parameter owed: above 0; less by the scalars taken, but for the one that is the outcome.
    @inline(__always)
    private mutating func fastOutcome(
        _ bytes: Span<UInt8>, _ end: Int, at index: inout Int, _ owed: inout Int
    ) -> Outcome {
        while index &+ 9 <= end {
            let marker = bytes[index]
            let word = WireWord(bytes, at: index &+ 1)
            let length = scalarLength(marker, word, bytes, end, at: index)
            if length > 0 {
                index &+= length
                if owed == 1 { return .value }
                owed &-= 1
                continue
            }
            switch marker {
            case RESPKind.array.rawValue, RESPKind.map.rawValue, RESPKind.push.rawValue, RESPKind.set.rawValue:
                let (count, width) = word.length
                guard width > 0, count > 0, count <= limits.maximumElements, depth < limits.maximumDepth else {
                    return .nothing
                }
                element.count = marker == RESPKind.map.rawValue ? count &* 2 : count
                index &+= width &+ 1
                return .aggregate
            default:
                return .nothing
            }
        }
        return .nothing
    }

    /// Ends a call that has run out of input.
    private mutating func pause(at index: Int, of count: Int) throws(RESPDecodingError) -> Int? {
        position = index
        seen = count
        needed = element.phase == .payload ? element.payloadEnd : count + 1
        if count > limits.maximumFrameBytes {
            throw fail(.frameTooLarge(limit: limits.maximumFrameBytes, offset: frameOffset))
        }
        return nil
    }

    private mutating func push(_ owed: Int) {
        if depth == 0 { outerOutstanding = owed } else { stack.append(owed) }
        depth &+= 1
    }

    private mutating func pop() -> Int {
        depth &-= 1
        return depth == 0 ? outerOutstanding : stack.popLast() ?? 0
    }

    private mutating func finish(at index: Int) -> Int {
        origin &+= index
        frameOffset = origin
        frameIsStreamed = isStreamed
        isStreamed = false
        position = 0
        seen = 0
        needed = 1
        outstanding = 1
        return index
    }

    /// Where the byte at `index` stands in the stream.
    func offset(of index: Int) -> Int { origin + index }

    /// Whether one more level fits.
    var mayNest: Bool { depth < limits.maximumDepth }

    /// Forgets the first `count` bytes of the frame, which have been dealt with: the next call starts behind them.
    mutating func giveAway(_ count: Int) {
        origin += count
        position = max(0, position - count)
        element.payloadEnd -= count
        element.start -= count
        element.partStart -= count
        needed = max(1, needed - count)
        seen = max(0, seen - count)
    }

    /// Goes back to where the first part of the streamed string that is being received starts, behind its `$?`.
    mutating func restartStreamedString() {
        position = element.start + 4
        element.magnitude = 0
        element.total = 0
        element.pausesAtParts = true
        element.phase = .partMarker
        needed = 1
    }

    /// Remembers and returns the error.
    @inline(never)
    mutating func fail(_ error: RESPDecodingError) -> RESPDecodingError {
        failure = error
        needed = 0
        element.phase = .failed
        return error
    }

    /// What was remembered.
    var rememberedFailure: RESPDecodingError { failure ?? .incompleteFrame(offset: frameOffset) }
}
