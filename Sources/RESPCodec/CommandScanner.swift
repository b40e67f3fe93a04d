// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Finds where a command ends, for those that receive commands: servers, proxies, tools.
///
/// The contract is that of ``RESPScanner``: give it the unread bytes and, when it answers `nil`, the same bytes again with
/// more behind them. No byte is looked at twice, a payload that is on its way costs one comparison per call, and nothing
/// is allocated.
///
/// ```swift
/// var scanner = CommandScanner()
/// let bytes: [UInt8] = Array("*1\r\n$4\r\nPING\r\nGET 'a b'\r\n".utf8)
/// let length = try scanner.frameLength(in: bytes.span)   // 14
/// scanner.argumentCount                                  // 1
/// ```
///
/// ## What a command is
/// The rules are those of the server (`processMultibulkBuffer`, `processInlineBuffer`), as Valkey 9 has them.
/// - A first byte of `*` starts an array of bulk strings. Nothing else may be in it: no nulls, no other types, no nested
///   arrays, no attributes, nothing streamed.
/// - Any other first byte starts an *inline command*: a line that ends with a line feed, before which a carriage return
///   is dropped. White space separates arguments. In double quotes, `\n \r \t \b \a` and `\x41` stand for single bytes
///   and a backslash for whatever else follows it; in single quotes, `\'` is a quote. Quoted and bare parts that touch
///   each other are one argument.
/// - An array of 0 or −1 elements, and a line with nothing but white space, is no command: ``argumentCount`` is 0 then.
///
/// ## Where it is stricter than the server, or more exact
/// - The CRLF behind counts, lengths and payloads is checked, as from Valkey 9 on.
/// - Counts below −1 are errors; the server skips them. Plus signs, leading zeros and `-0` are errors in both.
/// - What is wrong is reported with the byte that is wrong, not when its line is complete.
/// - A NUL in an inline command is an error; the server waits for the line's end and never finds it. (Those who speak TLS
///   to a port without are told at once.)
/// - The limit on the length of inline commands doesn't depend on how they are cut into reads, and leaves the carriage
///   return out. ``RESPLimits/maximumElements`` holds for inline commands as well.
/// - Two slips of Valkey 9.1 are not repeated: it drops the byte 0xFF from inline commands, and takes `"a\"` at a line's
///   end as closed.
///
/// ``RESPLimits/maximumDepth`` and the difference between RESP2 and RESP3 have no meaning here.
public struct CommandScanner: Sendable {
    /// What the scanner accepts. It may be changed at any time, after authentication for instance, and holds for the bytes
    /// not looked at yet.
    public var limits: RESPLimits

    /// Where the current command starts, in bytes from the first byte that the scanner ever got.
    public private(set) var frameOffset = 0

    /// How many arguments the command measured last has, its name included; 0 if it was none, only something to skip.
    public private(set) var argumentCount = 0

    /// Whether the command measured last was an inline one.
    public private(set) var isInline = false

    /// At least so many bytes are missing for the next step; 1 if that isn't known. It comes from what the peer has
    /// announced for the argument that is being received, checked against the limits.
    public var missingBytes: Int { max(1, needed - seen) }

    /// Whether the last argument's payload is being received, so that ``missingBytes`` is all of the command.
    var isInsideLastPayload: Bool { command.phase == .payload && outstanding == 1 }

    /// How the command is getting on.
    var command = PartialCommand()
    /// How many bytes of the command there have to be before it is worth while to go on.
    private(set) var needed = 1
    /// Bytes of the command that have been dealt with.
    private var position = 0
    private var seen = 0
    /// Arguments still owed.
    private var outstanding = 0
    private var failure: RESPDecodingError?

    /// Makes a scanner at the start of a stream.
    public init(limits: RESPLimits = .server) {
        self.limits = limits
    }

    /// Measures the command, or the part to skip, that starts at the first byte of `bytes`.
    ///
    /// Look at ``argumentCount`` when this has returned a length, and skip so many bytes if it is 0.
    ///
    /// - Parameter bytes: unread input, which starts with the bytes of the last call if that returned `nil`, and behind
    ///   the measured command if it returned a length.
    /// - Returns: the length in bytes, line ends included, or `nil` if more input is needed.
    /// - Throws: `RESPDecodingError` as soon as the offending byte is there; from then on, every call throws the same.
    /// - Complexity: O(*m*), *m* being the bytes not seen by an earlier call; O(arguments) where payloads are long.
    public mutating func frameLength(in bytes: Span<UInt8>) throws(RESPDecodingError) -> Int? {
        if bytes.count < needed {
            seen = bytes.count
            return nil
        }
        let end = min(bytes.count, limits.maximumFrameBytes)
        if command.phase == .start { takeHeader(bytes, end) }
        if command.phase == .argument, takeArguments(bytes, end) { return finish() }
        return try resume(bytes, end)
    }

    /// Takes the first line of a command if it is complete and in its common form. Takes nothing otherwise: errors,
    /// limits, rare forms and truncated lines are left to `resumeElement`.
    @inline(__always)
    private mutating func takeHeader(_ bytes: Span<UInt8>, _ end: Int) {
        guard end >= 9, bytes[0] == RESPKind.array.rawValue else { return }
        let (count, width) = WireWord(bytes, at: 1).length
        guard width > 0, count > 0, count <= limits.maximumElements else { return }
        position = width &+ 1
        outstanding = count
        command.count = count
        command.phase = .argument
    }

    /// Takes all arguments that are complete and in their common form, as `takeHeader` does.
    ///
    /// - Returns: whether the command is complete with them.
    @inline(__always)
    private mutating func takeArguments(_ bytes: Span<UInt8>, _ end: Int) -> Bool {
        var start = position
        var owed = outstanding
        let longest = limits.maximumBulkLength
        while owed > 0, let word = WireWord(bytes, behindMarkerAt: start), bytes[start] == RESPKind.bulkString.rawValue
        {
            let (length, width) = word.length
            guard width > 0, length <= longest else { break }
            let last = start &+ width &+ length &+ 2
            guard last < end, bytes[last &- 1] == 0x0D, bytes[last] == 0x0A else { break }
            start = last &+ 1
            owed &-= 1
        }
        position = start
        outstanding = owed
        return owed == 0
    }

    /// Goes on with whatever comes next: where the fast way ended, and from there on.
    @inline(never)
    private mutating func resume(_ bytes: Span<UInt8>, _ end: Int) throws(RESPDecodingError) -> Int? {
        while true {
            var index = position
            let outcome = try resumeElement(bytes, end, at: &index)
            position = index
            switch outcome {
            case .argument: outstanding &-= 1
            case .header: outstanding = command.count
            case .line: return finish()
            case .nothing: return try pause(bytes.count)
            }
            if takeArguments(bytes, end) { return finish() }
        }
    }

    /// Ends a call that has run out of input.
    private mutating func pause(_ count: Int) throws(RESPDecodingError) -> Int? {
        seen = count
        needed = command.phase == .payload ? command.payloadEnd : count + 1
        if count > limits.maximumFrameBytes {
            throw fail(.frameTooLarge(limit: limits.maximumFrameBytes, offset: frameOffset))
        }
        return nil
    }

    @inline(__always)
    private mutating func finish() -> Int {
        let length = position
        argumentCount = command.count
        isInline = command.phase == .line
        frameOffset &+= length
        position = 0
        seen = 0
        needed = 1
        command.phase = .start
        return length
    }

    /// Remembers and returns the error.
    @inline(never)
    mutating func fail(_ error: RESPDecodingError) -> RESPDecodingError {
        failure = error
        needed = 0
        command.phase = .failed
        return error
    }

    /// What was remembered.
    var rememberedFailure: RESPDecodingError { failure ?? .incompleteFrame(offset: frameOffset) }
}
