// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Pipeline
import RESPCodec
import Testing
import ToolkitTesting

@Suite(.timeLimit(.minutes(2))) struct CommandBatchTests {
    @Test func `nothing is sent before the batch runs, and the replies are those of its commands`() async throws {
        let scripted = ScriptedClient(.echo())
        let batch = scripted.client.pipeline()
        let first = batch.enqueue(echo("1"))
        let second = first.enqueue(echo("2"))
        #expect(batch.count == 2)
        #expect(scripted.server.connectionCount == 0)
        let replies = try await batch.run()
        #expect(try replies[second] == "2")
        #expect(try replies[first] == "1")
        #expect(replies.count == 2)
        #expect(replies.firstFailure == nil)
    }

    @Test func `an error reply is thrown by its own handle and the others have run`() async throws {
        let server = ScriptedServer { $0.name == "BAD" ? .error("WRONGTYPE no") : .ok }
        let batch = ScriptedClient(server).client.pipeline()
        let good = batch.enqueue(RawCommand("GOOD", as: String.self))
        let bad = good.enqueue(RawCommand("BAD", as: String.self))
        let last = bad.enqueue(RawCommand("GOOD", as: String.self))
        let replies = try await batch.run()
        #expect(try replies[good] == "OK")
        #expect(try replies[last] == "OK")
        let error = #expect(throws: ServerError.self) { try replies[bad] }
        #expect(error?.code == "WRONGTYPE")
        #expect(replies.firstFailure?.position == 1)
    }

    @Test func `all replies can be had as values of one type, without handles`() async throws {
        let batch = ScriptedClient(.echo()).client.pipeline()
        for number in 1...3 { batch.enqueue(echo("\(number)")) }
        let replies = try await batch.run()
        #expect(try replies.values(as: Int.self) == [1, 2, 3])
        #expect(try replies.results(as: String.self).map { try $0.get() } == ["1", "2", "3"])
        #expect(throws: RESPTypeMismatch.self) { try replies.values(as: [String].self) }
        let none = try await batch.run()
        #expect(try none.values(as: Int.self).isEmpty)
        #expect(none.results(as: Int.self).isEmpty)
    }

    @Test func `of values the first error is thrown, of results each is its own`() async throws {
        let server = ScriptedServer { $0.name == "BAD" ? .error("\($0.words[1]) no") : .integer(1) }
        let batch = ScriptedClient(server).client.pipeline()
        batch.enqueue(RawCommand("GOOD", as: Int.self))
        for code in ["FIRST", "SECOND"] { batch.enqueue(RawCommand("BAD", code, as: Int.self)) }
        batch.enqueue(RawCommand("GOOD", as: Int.self))
        let replies = try await batch.run()
        let error = #expect(throws: ServerError.self) { try replies.values(as: Int.self) }
        #expect(error?.code == "FIRST")
        let results = replies.results(as: Int.self)
        #expect(results.map { try? $0.get() } == [1, nil, nil, 1])
        let last = #expect(throws: ServerError.self) { try results[2].get() }
        #expect(last?.code == "SECOND")
    }

    @Test func `a batch can be filled again, and handles of earlier runs are refused`() async throws {
        let scripted = ScriptedClient(.echo())
        let batch = scripted.client.pipeline()
        let old = batch.enqueue(echo("old"))
        let before = try await batch.run()
        let new = batch.enqueue(echo("new"))
        let after = try await batch.run()
        #expect(try after[new] == "new")
        #expect(throws: BatchMisuse.handleOfAnotherRun) { try after[old] }
        #expect(throws: BatchMisuse.handleOfAnotherRun) { try before[new] }
        let other = scripted.client.pipeline().enqueue(echo("other"))
        #expect(throws: BatchMisuse.handleOfAnotherBatch) { try after[other] }
    }

    @Test func `an empty batch needs no server`() async throws {
        let scripted = ScriptedClient(.echo())
        let replies = try await scripted.client.pipeline().run()
        #expect(replies.count == 0)
        #expect(throws: BatchMisuse.noSuchPosition(0, count: 0)) { try replies.frame(at: 0) }
        #expect(scripted.server.connectionCount == 0)
    }

    @Test func `a command that can not be batched is named when the batch runs, and nothing is sent`() async throws {
        let scripted = ScriptedClient(.echo())
        let batch = scripted.client.pipeline()
        batch.enqueue(echo("1"))
        batch.enqueue(RawCommand("SELECT", "1", as: String.self))
        await #expect(throws: CommandMisuse.bindsConnection(name: "SELECT")) { try await batch.run() }
        #expect(batch.count == 0)
        #expect(scripted.server.commands.isEmpty)
    }

    @Test(arguments: [false, true])
    func `a batch far larger than the buffers of both sides does not deadlock`(inline: Bool) async throws {
        let scripted = ScriptedClient(
            .echo {
                $0.capacity = 4096
                $0.canWaitInline = inline
            })
        let batch = scripted.client.pipeline()
        let text = String(repeating: "x", count: 1000)
        let handles = (0..<2000).map { number in batch.enqueue(echo("\(number) \(text)")) }
        let replies = try await batch.run()
        for (number, handle) in handles.enumerated() where number % 97 == 0 {
            #expect(try replies[handle] == "\(number) \(text)")
        }
        #expect(replies.count == 2000)
    }

    @Test func `an atomic batch is wrapped and unwrapped`() async throws {
        let server = ScriptedServer { command in
            switch command.name {
            case "MULTI": .ok
            case "EXEC": .array([.bulk("a"), .integer(2)])
            default: .simple("QUEUED")
            }
        }
        let scripted = ScriptedClient(server)
        let batch = scripted.client.pipeline()
        let a = batch.enqueue(echo("a"))
        let two = a.enqueue(RawCommand("INCR", "n", as: Int.self))
        let replies = try await batch.run(atomic: true)
        #expect(try replies[a] == "a")
        #expect(try replies[two] == 2)
        #expect(server.commands.map(\.name) == ["MULTI", "ECHO", "INCR", "EXEC"])
    }

    @Test func `the overloads for a few commands return their replies as a tuple`() async throws {
        let scripted = ScriptedClient(.echo())
        let (one, two, three) = try await scripted.client.pipeline(echo("1"), echo("2"), echo("3"))
        #expect([one, two, three] == ["1", "2", "3"])
    }
}
