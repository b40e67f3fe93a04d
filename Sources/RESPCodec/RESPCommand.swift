// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// One command as a server receives it: a name and its arguments, in one ``RESPFrame`` that is an array of bulk strings.
///
/// It owns its bytes, as frames do, and so can be kept and sent anywhere. Arguments are counted as the server counts
/// them: the name is argument 0. Nothing is decoded before it is asked for.
///
/// ```swift
/// switch command.uppercasedName {
/// case "GET" where command.argumentCount == 2: reply(to: command.argument(at: 1))
/// case "DEL": for key in command.arguments.dropFirst() { remove(key) }
/// case "EXPIRE":
///     let (_, key, seconds) = try command.frame.decode(as: (RESPBytes, RESPBytes, Int).self)
///     expire(key, after: seconds)
/// default: …
/// }
/// ```
///
/// A proxy forwards ``frame`` unmodified: `command.frame.withSpan { upstream.write($0) }`.
public struct RESPCommand: Sendable {
    /// The command as it was received; inline ones as the array of bulk strings that they stand for.
    public let frame: RESPFrame
    /// Whether the command came as a line of text.
    public let isInline: Bool

    init(frame: RESPFrame, isInline: Bool) {
        self.frame = frame
        self.isInline = isInline
    }

    /// Takes a frame that is a command; nil if it isn't an array of at least one bulk string and nothing else.
    ///
    /// - Complexity: O(arguments). Allocates nothing.
    public init?(_ frame: RESPFrame) {
        let isCommand = frame.withSpan { bytes in
            var scanner = CommandScanner(limits: .trusted)
            let length = try? scanner.frameLength(in: bytes)
            return length == bytes.count && scanner.argumentCount > 0 && !scanner.isInline
        }
        guard isCommand else { return nil }
        self.init(frame: frame, isInline: false)
    }

    /// Takes a command as a user types it, with the quoting rules of inline commands; see ``CommandScanner``.
    ///
    /// - Parameter line: one line without its line end.
    /// - Returns: the command, or nil if there is nothing but white space.
    /// - Throws: `RESPDecodingError`: unbalanced quotes, a NUL or a line feed.
    public init?(inline line: String) throws(RESPDecodingError) {
        let bytes = Array(line.utf8) + [0x0A]
        var scanner = CommandScanner(limits: .trusted)
        guard bytes[0] != RESPKind.array.rawValue else { throw .invalidArgument(byte: bytes[0], offset: 0) }
        guard let length = try scanner.frameLength(in: bytes.span), length == bytes.count else {
            throw .trailingBytes(offset: scanner.frameOffset)
        }
        guard scanner.argumentCount > 0 else { return nil }
        var rewriter = InlineCommandRewriter()
        let frame = rewriter.frame(of: bytes.span, argumentCount: scanner.argumentCount)
        self.init(frame: frame, isInline: true)
    }

    /// The argument at `index`, as ``RESPReader/readBytes()`` takes it; the name is argument 0. Nil if there are fewer.
    ///
    /// - Complexity: O(*index*). To take several, use ``withReader(_:)``.
    public func argument(at index: Int) -> RESPBytes? {
        frame.withReader { reader in
            guard index >= 0, index < reader.takeHeader().number else { return nil }
            for _ in 0..<index { reader.skip() }
            return try? reader.readBytes()
        }
    }

    /// All arguments in order, the name first.
    ///
    /// - Complexity: O(arguments). Allocates once for the array; see ``RESPReader/readBytes()`` for the arguments.
    public var arguments: [RESPBytes] {
        frame.withReader { reader in
            let count = reader.takeHeader().number
            var arguments: [RESPBytes] = []
            // The command is complete, so every argument is really there.
            arguments.reserveCapacity(count)
            while !reader.isAtEnd, let argument = try? reader.readBytes() { arguments.append(argument) }
            return arguments
        }
    }

    /// Calls `body` with a reader at the name, behind which the arguments follow in order. All of them are bulk strings,
    /// which the reader also reads as numbers: `reader.readInteger()`.
    @inlinable
    public func withReader<R: ~Copyable, E: Error>(_ body: (inout RESPReader) throws(E) -> R) throws(E) -> R {
        try frame.withReader { reader throws(E) in
            _ = reader.takeHeader()
            return try body(&reader)
        }
    }
}

extension RESPCommand: Hashable {
    /// Whether both have the same arguments; one may be inline and the other not. O(*n*).
    public static func == (left: RESPCommand, right: RESPCommand) -> Bool { left.frame == right.frame }

    /// Feeds the arguments to `hasher`.
    public func hash(into hasher: inout Hasher) { frame.hash(into: &hasher) }
}
