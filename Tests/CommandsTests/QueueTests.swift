// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Synchronization
import Testing

@Suite struct QueueTests {
    /// Records what it executes and answers from a list.
    private final class Recorder: CommandExecutor {
        struct Unanswered: Error {}

        let sent = Mutex<[String]>([])

        func execute<C: Command>(_ command: C) async throws -> C.Reply {
            let text = wire(command)
            sent.withLock { $0.append(text) }
            throw Unanswered()
        }
    }

    private func three<A: Command, B: Command, C: Command>(_ a: A, _ b: B, _ c: C) -> [String] {
        let types: (A.Reply.Type, B.Reply.Type, C.Reply.Type) = (A.Reply.self, B.Reply.self, C.Reply.self)
        return [wire(a), "\(types.0)", wire(b), "\(types.1)", wire(c), "\(types.2)"]
    }

    @Test func `calls chain on handles and keep their order`() {
        let queue = WordQueue()
        let first = queue.set("a", "1")
        let third = first.incr("n").get("a", as: Int.self)
        #expect(queue.buffer.commands == ["*3 $3 SET $1 a $1 1", "*2 $4 INCR $1 n", "*2 $3 GET $1 a"])
        #expect(first.index == 0)
        #expect(third.index == 2)
        #expect(first.brand == third.brand)
    }

    @Test func `handles of two batches can be told apart`() {
        let first = WordQueue()
        let second = WordQueue()
        #expect(first.get("a").brand != second.get("a").brand)
    }

    @Test func `leading dots with literals and variables make commands of typed replies`() {
        let key = "k"
        #expect(
            three(.set("a", 1), .get(key, as: Int.self), .hgetall(key)) == [
                "*3 $3 SET $1 a $1 1", "SetReply", "*2 $3 GET $1 k", "Optional<Int>", "*2 $7 HGETALL $1 k",
                "Dictionary<RESPBytes, RESPBytes>",
            ])
    }

    @Test func `what a script answers is a frame unless a type is asked for`() {
        #expect(
            three(.eval("return 1"), .eval("return 1", as: Int.self), .fcall("f")) == [
                "*3 $4 EVAL $8 return 1 $1 0", "RESPFrame", "*3 $4 EVAL $8 return 1 $1 0", "Int",
                "*3 $5 FCALL $1 f $1 0", "RESPFrame",
            ])
    }

    @Test @MainActor func `an executor of one method has every command's, from any actor`() async {
        let client = Recorder()
        await #expect(throws: Recorder.Unanswered.self) { try await client.get("k", as: Int.self) }
        await #expect(throws: Recorder.Unanswered.self) { try await client.del("a", "b") }
        await #expect(throws: Recorder.Unanswered.self) { try await client.execute(RawCommand("X.Y", 1)) }
        let sent = client.sent.withLock { $0 }
        #expect(sent == ["*2 $3 GET $1 k", "*3 $3 DEL $1 a $1 b", "*2 $3 X.Y $1 1"])
    }
}
