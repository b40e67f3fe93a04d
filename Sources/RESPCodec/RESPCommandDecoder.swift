// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Turns received bytes into commands, for those that receive commands: servers, proxies, tools.
///
/// A server's read loop, for one connection:
///
/// ```swift
/// var decoder = RESPCommandDecoder(limits: .serverBeforeAuthentication)
/// while try await socket.waitUntilReadable() {
///     decoder.receive { socket.read(into: &$0) }
///     while let command = try decoder.next() {     // a pipeline brings several at once
///         if command.isNamed("AUTH"), authenticate(command) { decoder.limits = .server }
///         writeReply(to: command, into: &replies)
///     }
///     try socket.write(&replies)                   // one write for all of them
/// }
/// ```
///
/// When ``next()`` throws, the stream has lost its framing: write what has been answered so far and an error such as
/// `-ERR Protocol error: …`, and close the connection. The server also closes on an inline command named `POST` or
/// `Host:`, without a reply, since that is a browser lured into speaking to it; do the same if strangers can connect.
///
/// Commands come as arrays of bulk strings, or inline as lines of text; ``CommandScanner`` has the rules for both. Empty
/// ones are skipped. Bytes stay where they were received, as with ``RESPDecoder``: commands of more than 23 bytes refer
/// to them there, the buffer's memory is used again when no command refers to it any more, and a large argument is
/// received straight into memory of just its size.
public struct RESPCommandDecoder: ~Copyable, Sendable {
    var scanner: CommandScanner
    @usableFromInline var window = ReceiveBuffer()
    var rewriter = InlineCommandRewriter()

    /// Makes a decoder at the start of a stream. Memory for receiving (16 KiB, later 64 KiB) is allocated when needed.
    public init(limits: RESPLimits = .server) {
        scanner = CommandScanner(limits: limits)
    }

    /// What is accepted. It may be changed at any time and holds for the bytes behind the last command that ``next()``
    /// has returned, so that those in one pipeline with `AUTH` are measured by the limits that `AUTH` brought.
    public var limits: RESPLimits {
        get { scanner.limits }
        set { scanner.limits = newValue }
    }

    /// Where the next command starts, in bytes from the first byte that the decoder ever got.
    public var frameOffset: Int { scanner.frameOffset }

    /// Where the command that was handed out last starts, behind the empty ones that were skipped before it.
    public internal(set) var commandOffset = 0

    /// At least so many bytes have to be received before ``next()``, having returned nil, can return another command.
    public var missingBytes: Int { scanner.missingBytes }

    /// How many bytes have been received that ``next()`` has not handed out or skipped.
    public var bufferedBytes: Int { window.count }

    /// Copies received bytes in. Prefer ``receive(_:)``, which saves the copy, where the source can be read into memory.
    public mutating func append(_ bytes: Span<UInt8>) {
        var taken = 0
        while taken < bytes.count {
            makeRoom()
            taken += window.append(bytes.extracting(taken..<bytes.count))
        }
    }

    /// Lends free space to `fill`, and takes what that appends to it as received, also when it throws.
    ///
    /// The space is at least 4 KiB, typically 16 to 64 KiB; for a large argument, it is what is missing of that. Call
    /// ``next()`` until it returns nil before receiving again: commands that wait in the buffer may have to be moved.
    ///
    /// - Parameter fill: appends received bytes, or none.
    /// - Returns: what `fill` returns.
    /// - Throws: what `fill` throws.
    @inlinable
    public mutating func receive<R: ~Copyable, E: Error>(
        _ fill: (inout OutputSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        makeRoom()
        return try window.receive(fill)
    }

    @usableFromInline
    mutating func makeRoom() {
        window.makeRoom(missing: max(0, scanner.needed - window.count), isRest: scanner.isInsideLastPayload)
    }
}
