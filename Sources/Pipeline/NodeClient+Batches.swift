// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import RESPCodec

extension NodeClient: BatchRunner {
    package var recordsSlots: Bool { false }

    /// An empty batch; see ``CommandBatch``.
    public func pipeline() -> CommandBatch { CommandBatch(runner: self) }

    package func run(
        _ content: consuming BatchContent, atomic: Bool
    ) async throws -> BatchOutcome {
        try await run(content, atomic: atomic, asking: false, .standard)
    }

    /// Runs a batch; with `asking`, each command (or the block as a whole) comes right behind its own ASKING.
    ///
    /// Its commands keep their order when something is sent again: as a whole, when it surely did not run, when it only
    /// reads, and when the server refused every one of its commands; its end, when the server refused that and nothing
    /// before it, as one does that becomes a replica in the middle.
    package func run(
        _ content: consuming BatchContent, atomic: Bool, asking: Bool, _ settings: CallSettings = .standard
    ) async throws -> BatchOutcome {
        if let observation, CallTrail.current == nil {
            return try await observation.call(
                content.operation(atomic: atomic), batchSize: content.size, environment
            ) { try await send(content, atomic: atomic, asking: asking, settings) }
        }
        return try await send(content, atomic: atomic, asking: asking, settings)
    }

    private func send(
        _ content: borrowing BatchContent, atomic: Bool, asking: Bool, _ settings: CallSettings
    ) async throws -> BatchOutcome {
        var options = callOptions(settings)
        options.isAtomic = atomic
        var rest = BatchRest(BatchFraming(count: content.count, atomic: atomic, asking: asking))
        do {
            return .answered(try await attempt(&rest, content, options, settings))
        } catch {
            do {
                return .answered(
                    try await retry(after: error, content.subject, options, settings) { options in
                        try await attempt(&rest, content, options, settings)
                    })
            } catch let refusal as BatchRefusal {
                return .answered(rest.completed(by: refusal.replies))
            }
        }
    }

    private func attempt(
        _ rest: inout BatchRest, _ content: borrowing BatchContent, _ options: CallOptions, _ settings: CallSettings
    ) async throws -> [RESPFrame] {
        let (framing, start) = (rest.framing, rest.start)
        let frames = try await roundTrips(options, settings, replies: framing.replyCount) { encoder in
            framing.encode(content, from: start, into: &encoder)
        }
        let replies = try framing.results(frames)
        if let refusal = BatchRefusal(replies) {
            try rest.drop(replies.dropLast(refusal.replies.count), of: content)
            throw refusal
        }
        return rest.completed(by: replies)
    }
}

/// What is still to be sent of a batch, and the replies that it has already.
private struct BatchRest {
    private(set) var framing: BatchFraming
    /// Where the first byte of the rest is.
    private(set) var start = 0
    private(set) var answered: [RESPFrame] = []

    init(_ framing: BatchFraming) { self.framing = framing }

    /// All replies of the batch, given its last ones; without a copy unless something was sent again.
    func completed(by replies: [RESPFrame]) -> [RESPFrame] { answered.isEmpty ? replies : answered + replies }

    /// The first commands of the rest have their replies.
    mutating func drop(_ replies: ArraySlice<RESPFrame>, of content: borrowing BatchContent) throws {
        guard !replies.isEmpty else { return }
        answered += replies
        framing = BatchFraming(count: framing.count - replies.count, atomic: false, asking: false)
        var scanner = CommandScanner()
        for _ in replies {
            let rest = content.encoder.span.extracting(droppingFirst: start)
            start += try scanner.frameLength(in: rest) ?? rest.count
        }
    }
}

/// The server refused every command of a batch that is not atomic, or all from one on, so that these may be sent again.
/// Once nothing more is tried, it is an ordinary result.
struct BatchRefusal: Error {
    /// Of the refused commands, which are the last ones.
    let replies: [RESPFrame]
    /// The first refusal.
    let error: ServerError

    init?(_ replies: [RESPFrame]) {
        guard let last = replies.last, last.isError,
            let first = replies.firstIndex(where: { $0.isError && ServerError($0)?.refusal != nil }),
            let error = ServerError(replies[first]),
            // A part of it only where the server has changed in the middle: others may refuse some and take others.
            first == 0 || error.refusal == .notHere,
            replies[first...].allSatisfy({ $0.isError && ServerError($0)?.refusal != nil })
        else { return nil }
        self.replies = Array(replies[first...])
        self.error = error
    }
}

/// How a batch is laid out on the wire, and where in the replies its results are. Pure.
struct BatchFraming {
    let count: Int
    let atomic: Bool
    let asking: Bool

    var replyCount: Int {
        if atomic { return count + 2 + (asking ? 1 : 0) }
        return asking ? count * 2 : count
    }

    /// - Parameter start: where the first byte is of what is sent of a batch that is neither atomic nor asking.
    func encode(_ content: borrowing BatchContent, from start: Int = 0, into encoder: inout CommandEncoder) {
        if atomic {
            if asking { encoder.literal(Self.askingCommand) }
            encoder.literal("*1\r\n$5\r\nMULTI\r\n")
            encoder.raw(content.encoder.span)
            encoder.literal("*1\r\n$4\r\nEXEC\r\n")
        } else if asking {
            // ASKING holds for one command only, so each has its own.
            for index in 0..<count {
                encoder.literal(Self.askingCommand)
                encoder.raw(content.encoder.span.extracting(content.bytes(of: index)))
            }
        } else {
            encoder.raw(content.encoder.span.extracting(droppingFirst: start))
        }
    }

    private static var askingCommand: StaticString { "*1\r\n$6\r\nASKING\r\n" }

    /// One result per command.
    func results(_ frames: [RESPFrame]) throws -> [RESPFrame] {
        if atomic {
            guard let results = try Self.transactionResults(frames.suffix(count + 2), count: count) else {
                // Nothing was watched, so the server has no reason to answer null.
                throw ConnectionError.transactionReplyCount(expected: count, found: 0)
            }
            return results
        }
        if asking { return stride(from: 1, to: frames.count, by: 2).map { frames[$0] } }
        return frames
    }

    /// The replies inside EXEC's, given those to MULTI, the commands and EXEC; `nil` if a watched key had changed.
    ///
    /// A block that the server refused (EXECABORT) has had no effect: the error of the command that caused it is
    /// thrown.
    static func transactionResults(_ frames: ArraySlice<RESPFrame>, count: Int) throws -> [RESPFrame]? {
        guard let last = frames.last else {
            throw ConnectionError.transactionReplyCount(expected: count, found: 0)
        }
        if last.isError {
            let refused = frames.dropLast().first { $0.isError } ?? last
            throw ServerError(reply: refused)
        }
        if last.isNull { return nil }
        let results = try last.decode(as: [RESPFrame].self)
        guard results.count == count else {
            throw ConnectionError.transactionReplyCount(expected: count, found: results.count)
        }
        return results
    }
}
