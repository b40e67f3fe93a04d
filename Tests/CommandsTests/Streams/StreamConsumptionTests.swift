// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import Synchronization
import Testing

@testable import Commands

/// The sequence over answers that are written down: what it asks, and what it hands out.
@Suite struct StreamConsumptionTests {
    struct Loss: CallLoss, Equatable {
        var outlook: CallOutlook? = .retry
    }

    /// One answer per command, in their order: a reply with spaces for line ends, `-` and an error's text, `!` for a loss.
    private final class Script: Sendable {
        let answers: Mutex<ArraySlice<String>>

        init(_ answers: [String]) { self.answers = Mutex(answers[...]) }

        func answer() throws -> String {
            guard let answer = answers.withLock({ $0.popFirst() }) else { throw CancellationError() }
            if answer == "!" { throw Loss() }
            return answer
        }
    }

    /// Reads until the answers are used up.
    private func consume(
        _ answers: [String], creatingFrom start: StreamStart? = nil, claimingAfter idle: Duration? = nil,
        acknowledging: Bool = false
    ) async throws -> (deliveries: [String], asked: [String]) {
        let script = Script(answers)
        let executor = WordExecutor { _ in try script.answer() }
        var deliveries: [String] = []
        let sequence = executor.consume(
            "s", group: "g", consumer: "c", creatingFrom: start, claimingAfter: idle, count: 2, as: Int.self)
        do {
            for try await delivery in sequence {
                deliveries.append("\(delivery.id) \(delivery["f"] ?? -1) \(delivery.deliveries)")
                if acknowledging { #expect(try await delivery.acknowledge()) }
            }
        } catch is CancellationError {}
        return (deliveries, executor.asked.withLock { $0.map { $0.joined(separator: " ") } })
    }

    private func page(_ entries: String) -> String { "*1 *2 $1 s \(entries)" }
    private func entry(_ id: String, _ value: Int) -> String { "*2 $3 \(id) *2 $1 f :\(value)" }

    private let readPending = "XREADGROUP GROUP g c COUNT 2 STREAMS s 0-0"
    private let readNew = "XREADGROUP GROUP g c COUNT 2 BLOCK 10000 STREAMS s >"

    @Test func `what was pending comes with its count, what is new with one`() async throws {
        let (deliveries, asked) = try await consume([
            page("*2 \(entry("1-0", 1)) \(entry("2-0", 2))"),
            "*2 *4 $3 1-0 $1 c :5 :2 *4 $3 2-0 $1 c :5 :7",
            page("*0"),
            page("*1 \(entry("3-0", 3))"),
        ])
        #expect(deliveries == ["1-0 1 2", "2-0 2 7", "3-0 3 1"])
        #expect(
            asked == [
                readPending, "XPENDING s g 1-0 2-0 100 c", "XREADGROUP GROUP g c COUNT 2 STREAMS s 2-0", readNew,
                readNew,
            ])
    }

    @Test func `pending entries that were deleted are acknowledged and not seen`() async throws {
        let (deliveries, asked) = try await consume([
            page("*2 *2 $3 1-0 *-1 *2 $3 2-0 *-1"), ":2", page("*1 *2 $3 3-0 *-1"), ":1", page("*0"),
        ])
        #expect(deliveries.isEmpty)
        #expect(asked[1] == "XACK s g 1-0 2-0")
        #expect(asked[2] == "XREADGROUP GROUP g c COUNT 2 STREAMS s 2-0")
        #expect(asked.last == readNew)
    }

    @Test func `what is taken over from others is counted, and what others have taken meanwhile is theirs`()
        async throws
    {
        let (deliveries, asked) = try await consume(
            [
                page("*0"), "*3 $3 0-0 *2 \(entry("1-0", 1)) \(entry("2-0", 2)) *0",
                "*1 *4 $3 2-0 $1 c :5 :3",
            ], claimingAfter: .seconds(60))
        #expect(deliveries == ["2-0 2 3"])
        #expect(asked[1] == "XAUTOCLAIM s g c 60000 0-0 COUNT 2")
        #expect(asked[2] == "XPENDING s g 1-0 2-0 100 c")
    }

    @Test func `a missing group is made, by whomever`() async throws {
        for made in ["+OK", "-BUSYGROUP Consumer Group name already exists"] {
            let (deliveries, asked) = try await consume(
                ["-NOGROUP No such key", made, page("*1 \(entry("3-0", 3))")], creatingFrom: .end)
            #expect(deliveries == ["3-0 3 1"])
            #expect(asked[1] == "XGROUP CREATE s g $ MKSTREAM")
        }
    }

    @Test func `a missing group that is not to be made is a typed error`() async throws {
        let error = await #expect(throws: ServerError.self) { try await consume(["-NOGROUP No such key"]) }
        #expect(error?.code == .noGroup)
    }

    @Test(arguments: ["!", "-UNBLOCKED the stream key no longer exists", "-LOADING it"])
    func `after a lost reply it reads what that may have held`(loss: String) async throws {
        let (deliveries, asked) = try await consume([
            page("*0"), page("*1 \(entry("3-0", 3))"), loss, page("*1 \(entry("4-0", 4))"), "*1 *4 $3 4-0 $1 c :5 :1",
            page("*0"), page("*1 \(entry("5-0", 5))"),
        ])
        #expect(deliveries == ["3-0 3 1", "4-0 4 1", "5-0 5 1"])
        #expect(asked[3] == "XREADGROUP GROUP g c COUNT 2 STREAMS s 3-0")
    }

    @Test func `an entry is acknowledged by itself`() async throws {
        let (_, asked) = try await consume(
            [page("*0"), page("*2 \(entry("3-0", 3)) \(entry("4-0", 4))"), ":1", ":1"], acknowledging: true)
        #expect(asked[2...3] == ["XACK s g 3-0", "XACK s g 4-0"])
    }

    @Test func `a wrong address shows at once`() async throws {
        await #expect(throws: Loss.self) { try await consume(["!"]) }
    }

    @Test func `other errors are the user's, and the next call goes on`() async throws {
        let script = Script([page("*0"), "-WRONGTYPE no stream", page("*0"), page("*1 \(entry("3-0", 3))")])
        let executor = WordExecutor { _ in try script.answer() }
        var iterator = executor.consume("s", group: "g", consumer: "c").makeAsyncIterator()
        await #expect(throws: ServerError.self) { _ = try await iterator.next() }
        #expect(try await iterator.next()?.id == StreamID(3, 0))
    }

    @Test func `a cancelled task gets nothing more, not even what is here`() async throws {
        let answer = page("*2 \(entry("3-0", 3)) \(entry("4-0", 4))")
        let script = Script([page("*0"), answer])
        let executor = WordExecutor { _ in try script.answer() }
        let seen = Mutex<[StreamID]>([])
        let (handles, handle) = AsyncStream<Task<Void, any Error>>.makeStream()
        let task = Task {
            let itself = await handles.first { _ in true }
            for try await delivery in executor.consume("s", group: "g", consumer: "c") {
                seen.withLock { $0.append(delivery.id) }
                itself?.cancel()
            }
        }
        handle.yield(task)
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(seen.withLock { $0 } == [StreamID(3, 0)])
    }

    @Test func `who follows a stream from its end begins behind the newest entry`() async throws {
        for (newest, id) in [("*1 *2 $3 3-1 *2 $1 f :1", "3-1"), ("*0", "0-0")] {
            let script = Script([newest, "*-1", page("*2 \(entry("4-0", 1)) \(entry("5-0", 2))"), "!"])
            let executor = WordExecutor { _ in try script.answer() }
            var ids: [StreamID] = []
            do {
                for try await entry in executor.follow("s", as: Int.self) { ids.append(entry.id) }
            } catch is CancellationError {}
            #expect(ids == [StreamID(4, 0), StreamID(5, 0)])
            #expect(
                executor.asked.withLock { $0.map { $0.joined(separator: " ") } } == [
                    "XREVRANGE s + - COUNT 1", "XREAD COUNT 100 BLOCK 10000 STREAMS s \(id)",
                    "XREAD COUNT 100 BLOCK 10000 STREAMS s \(id)", "XREAD COUNT 100 BLOCK 10000 STREAMS s 5-0",
                    "XREAD COUNT 100 BLOCK 10000 STREAMS s 5-0",
                ])
        }
    }
}
