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
    /// It is sent again as a whole or not at all, so that its commands keep their order: when it surely did not run, when
    /// it only reads, and when the server refused every one of its commands.
    package func run(
        _ content: consuming BatchContent, atomic: Bool, asking: Bool, _ settings: CallSettings = .standard
    ) async throws -> BatchOutcome {
        var options = callOptions(settings)
        options.isAtomic = atomic
        let plan = BatchFraming(count: content.count, atomic: atomic, asking: asking)
        do {
            return .answered(try await attempt(plan, content, options, settings))
        } catch {
            do {
                return .answered(
                    try await retry(after: error, content.subject, options, settings) { options in
                        try await attempt(plan, content, options, settings)
                    })
            } catch let refusal as BatchRefusal {
                return .answered(refusal.replies)
            }
        }
    }

    private func attempt(
        _ plan: BatchFraming, _ content: borrowing BatchContent, _ options: CallOptions, _ settings: CallSettings
    ) async throws -> [RESPFrame] {
        let frames = try await roundTrips(options, settings, replies: plan.replyCount) { encoder in
            plan.encode(content, into: &encoder)
        }
        let replies = try plan.results(frames)
        if let refusal = BatchRefusal(replies) { throw refusal }
        return replies
    }
}

/// The server refused every command of a batch that is not atomic, so that the whole batch may be sent again. Once
/// nothing more is tried, it is an ordinary result.
struct BatchRefusal: Error {
    let replies: [RESPFrame]
    /// The first refusal.
    let error: ServerError

    init?(_ replies: [RESPFrame]) {
        var first: ServerError?
        for frame in replies {
            guard frame.isError, let error = ServerError(frame), error.refusal != nil else { return nil }
            first = first ?? error
        }
        guard let first else { return nil }
        self.replies = replies
        error = first
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

    func encode(_ content: borrowing BatchContent, into encoder: inout CommandEncoder) {
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
            encoder.raw(content.encoder.span)
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
