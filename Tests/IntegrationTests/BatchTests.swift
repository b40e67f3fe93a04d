// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Batches: every command has its own reply, in order, whatever the others are answered.
@Suite(.timeLimit(.minutes(1))) struct BatchTests {
    @Test(arguments: Dialect.all)
    func `replies come in the order of the commands, errors in their place`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (text, number) = (unique("text"), unique("number"))
            let pipe = client.pipeline()
            let stored = pipe.set(text, "no number")
            let failing = pipe.incr(text)
            let counted = pipe.incrby(number, 41)
            let wrongType = pipe.rpush(text, "x")
            let missing = pipe.get(unique("missing"))
            let read = pipe.get(text, as: String.self)
            let mismatch = pipe.get(text, as: Int.self)
            let again = pipe.incr(number)
            #expect(pipe.count == 8)
            let replies = try await pipe.run()
            #expect(replies.count == 8 && pipe.count == 0)
            #expect(try replies[stored].isStored)
            #expect(throws: ServerError.self) { try replies[failing] }
            #expect(try replies[counted] == 41)
            let error = #expect(throws: ServerError.self) { try replies[wrongType] }
            #expect(error?.code == .wrongType)
            #expect(try replies[missing] == nil)
            #expect(try replies[read] == "no number")
            #expect(throws: RESPTypeMismatch.self) { try replies[mismatch] }
            #expect(try replies[again] == 42)
            #expect(replies.firstFailure?.position == 1)
            #expect(try replies.frame(at: 1).isError)
        }
    }

    @Test(arguments: Dialect.all)
    func `twenty thousand commands in one batch are answered in order`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("counter")
            let pipe = client.pipeline()
            for number in 0..<20_000 {
                if number % 2 == 0 { pipe.incr(key) } else { pipe.echo(number) }
            }
            let replies = try await pipe.run()
            #expect(replies.count == 20_000)
            var wrong = 0
            for position in 0..<replies.count {
                let answer = try replies.frame(at: position).decode(as: Int.self)
                if answer != (position % 2 == 0 ? position / 2 + 1 : position) { wrong += 1 }
            }
            #expect(wrong == 0)
        }
    }

    @Test(arguments: Dialect.all)
    func `an atomic batch is executed as one, and a refused command keeps all of it from running`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            let (key, text) = (unique("atomic"), unique("text"))
            try await client.set(text, "no number")
            let pipe = client.pipeline()
            let first = pipe.incr(key)
            let failing = pipe.incr(text)
            let second = pipe.incr(key)
            let replies = try await pipe.run(atomic: true)
            #expect(try replies[first] == 1)
            #expect(throws: ServerError.self) { try replies[failing] }
            #expect(try replies[second] == 2)

            // An unknown command is refused when it is queued: the server discards the whole block.
            pipe.incr(key)
            pipe.enqueue(RawCommand("NOSUCHCOMMAND", key))
            pipe.incr(key)
            let refusal = await #expect(throws: ServerError.self) { try await pipe.run(atomic: true) }
            #expect(refusal?.message.lowercased().contains("nosuchcommand") == true)
            #expect(try await client.get(key, as: Int.self) == 2)
            let (third, value) = try await client.transaction(.incr(key), .get(key, as: Int.self))
            #expect(third == 3 && value == 3)
        }
    }

    @Test(arguments: Dialect.all)
    func `a block of MULTI and EXEC holds no other task's command`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("isolated")
            let torn = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var torn = 0
                        for _ in 0..<25 {
                            let (a, b, c) = try await client.transaction(.incr(key), .incr(key), .incr(key))
                            if b != a + 1 || c != b + 1 { torn += 1 }
                        }
                        return torn
                    }
                    group.addTask {
                        for _ in 0..<25 { try await client.incr(key) }
                        return 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(torn == 0)
            #expect(try await client.get(key, as: Int.self) == 8 * 25 * 4)
        }
    }

    @Test(arguments: Dialect.all)
    func `a few commands answer as a tuple of their types`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (a, b) = (unique("a"), unique("b"))
            let two = try await client.pipeline(.set(a, "1"), .get(a))
            #expect(two.0.isStored && two.1 == "1")
            let ten = try await client.pipeline(
                .incr(a), .incr(a), .get(a, as: Int.self), .sadd(b, "x", "y"), .smembers(b, as: String.self),
                .exists(a, b), .del(b), .smembers(b), .ttl(a), .get(b))
            #expect(ten.0 == 2 && ten.1 == 3 && ten.2 == 3 && ten.3 == 2 && ten.4.sorted() == ["x", "y"])
            #expect(ten.5 == 2 && ten.6 == 1 && ten.7.isEmpty && ten.8 == .unlimited && ten.9 == nil)
            await #expect(throws: ServerError.self) { try await client.pipeline(.get(a), .rpush(a, "x")) }
        }
    }

    @Test(arguments: Dialect.all)
    func `what binds or blocks a shared connection is refused before anything is sent`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("refused")
            let pipe = client.pipeline()
            for word in ["MULTI", "SUBSCRIBE", "MONITOR", "SELECT", "QUIT", "reset", "Watch"] {
                pipe.incr(key)
                pipe.enqueue(RawCommand(word, "1"))
                let misuse = await #expect(throws: CommandMisuse.self) { try await pipe.run() }
                #expect(misuse == .bindsConnection(name: word.uppercased()))
                await #expect(throws: CommandMisuse.self) { try await client.execute(RawCommand(word, "1")) }
            }
            pipe.incr(key)
            pipe.blpop(key, timeout: .zero)
            let misuse = await #expect(throws: CommandMisuse.self) { try await pipe.run() }
            #expect(misuse == .blocksConnection(name: "BLPOP"))
            #expect(try await client.exists(key) == 0)
            let info = try await client.execute(RawCommand("CLIENT", "INFO", as: String.self))
            #expect(info.contains(" db=0 ") && info.contains(" multi=-1 ") && info.contains(" sub=0 "))
        }
    }

    @Test(arguments: Dialect.all)
    func `clients of two databases don't mix`(dialect: Dialect) async throws {
        let key = unique("database")
        try await dialect.withClient(database: 8) { eight in
            try await dialect.withClient(database: 9) { nine in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<50 {
                        group.addTask {
                            let (_, value) = try await eight.pipeline(
                                .set("\(key):\(number)", "eight"), .get("\(key):\(number)"))
                            #expect(value == "eight")
                        }
                        group.addTask {
                            let (_, value) = try await nine.transaction(
                                .set("\(key):\(number)", "nine"), .get("\(key):\(number)"))
                            #expect(value == "nine")
                        }
                    }
                    try await group.waitForAll()
                }
                for number in 0..<50 {
                    #expect(try await eight.get("\(key):\(number)") == "eight")
                    #expect(try await nine.get("\(key):\(number)") == "nine")
                }
            }
        }
    }
}
