// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

@Suite(.timeLimit(.minutes(2))) struct ScriptTests {
    private static let bump = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")

    /// A script that no other test runs.
    private func ownScript() -> Script { Script("-- \(unique("script"))\n" + Self.bump.source) }

    @Test(arguments: Dialect.all)
    func `a script runs whether the server knows it or not, once each time`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version)
        try await dialect.withClient(of: server) { client async throws in
            for expected in 1...3 {
                #expect(try await client.eval(Self.bump, keys: ["k"], args: [1], as: Int.self) == expected)
            }
            try await client.scriptFlush()
            #expect(try await client.eval(Self.bump, keys: ["k"], args: [1], as: Int.self) == 4)
            // Each EVALSHA that was refused, and each EVAL that followed.
            let info = try await client.info("commandstats")
            #expect(info.parts(of: "cmdstat_evalsha")?["calls"] == "4")
            #expect(info.parts(of: "cmdstat_eval")?["calls"] == "2")
            #expect(try await client.scriptExists(Self.bump.sha1) == [true])
        }
    }

    @Test(arguments: Dialect.all)
    func `many tasks that run a new script at once all get their answer`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (key, script) = (unique("k"), ownScript())
            let sum = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<50 {
                    tasks.addTask { try await client.eval(script, keys: [key], args: [1], as: Int.self) }
                }
                return try await tasks.reduce(0, +)
            }
            #expect(sum == (1...50).reduce(0, +))
        }
    }

    @Test(arguments: Dialect.all)
    func `in pipelines and transactions a script runs even if the server has forgotten it`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient { client async throws in
            let (key, script) = (unique("k"), ownScript())
            for atomic in [false, true] {
                try await client.scriptFlush()
                let pipe = client.pipeline()
                let first = pipe.eval(script, keys: [key], args: [1], as: Int.self)
                pipe.scriptFlush()
                let second = pipe.eval(script, keys: [key], args: [1], as: Int.self)
                let read = pipe.evalReadOnly(
                    Script("return redis.call('GET', KEYS[1])"), keys: [key], as: Int.self)
                let replies = try await pipe.run(atomic: atomic)
                #expect(try replies[second] == replies[first] + 1)
                #expect(try replies[read] == replies[second])
            }
            let sum = try await client.transaction(watching: key) { tx in
                // What only reads may run while keys are watched.
                let seen = try await tx.evalReadOnly(
                    Script("return redis.call('GET', KEYS[1])"), keys: [key], as: Int.self)
                let multi = tx.multi()
                let sum = multi.eval(script, keys: [key], args: [seen], as: Int.self)
                return multi.commit(sum)
            }
            #expect(sum == 8)
            let leased = try await client.withConnection { connection in
                try await connection.eval(script, keys: [key], args: [1], as: Int.self)
            }
            #expect(leased == 9)
        }
    }

    @Test(arguments: Dialect.all)
    func `an error of a script keeps its code and says its line`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("k")
            let script = Script("redis.call('SET', KEYS[1], 'v')\nreturn redis.call('LPUSH', KEYS[1], 'v')")
            for _ in 0..<2 {
                let error = await #expect(throws: ServerError.self) { try await client.eval(script, keys: [key]) }
                #expect(error?.code == .wrongType)
                #expect(error?.scriptFailure?.line == 2)
                #expect(error?.scriptFailure?.phase == .running)
            }
            let broken = await #expect(throws: ServerError.self) { try await client.eval(Script("return 1\nreturn (")) }
            #expect(broken?.scriptFailure?.phase == .compiling)
            #expect(broken?.scriptFailure?.line == 2)
            let writes = await #expect(throws: ServerError.self) { try await client.evalReadOnly(script, keys: [key]) }
            #expect(writes?.scriptFailure?.line == 1)
            let own = await #expect(throws: ServerError.self) {
                try await client.eval(Script("return redis.error_reply('MINE alone')"))
            }
            #expect(own?.code == "MINE")
            #expect(own?.scriptFailure == nil)
        }
    }

    @Test(arguments: ClusterDialect.all)
    func `in a cluster a script runs where its keys are, and a library is loaded everywhere`(
        dialect: ClusterDialect
    ) async throws {
        try await dialect.withClient { client, cluster async throws in
            let script = ownScript()
            let name = "lib\(unique("").filter(\.isNumber))\(dialect.protocolVersion.rawValue)"
            let code = try FunctionCode(
                "#!lua name=\(name)\nredis.register_function('\(name)', function(keys, args)\n"
                    + " return redis.call('INCRBY', keys[1], args[1]) end)")
            try await client.functionLoad(code)
            try await client.functionLoad(code)
            let pipe = client.pipeline()
            var queued: [Queued<Int>] = []
            for index in 0..<3 {
                let key = cluster.uniqueName("k", on: index)
                #expect(try await client.eval(script, keys: [key], args: [2], as: Int.self) == 2)
                #expect(try await client.eval(script, keys: [key], args: [2], as: Int.self) == 4)
                #expect(try await client.fcall(name, keys: [key], args: [2], as: Int.self) == 6)
                queued.append(pipe.eval(script, keys: [key], args: [2], as: Int.self))
                #expect(
                    try await cluster.nodes[index].cli("FUNCTION", "LIST", "LIBRARYNAME", name).isEmptyArray == false)
            }
            let replies = try await pipe.run()
            for handle in queued { #expect(try replies[handle] == 8) }
            await #expect(throws: ClusterError.self) {
                try await client.eval(script, keys: [cluster.uniqueName("a", on: 0), cluster.uniqueName("b", on: 1)])
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `a library of functions is loaded, replaced and called`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (name, key) = ("lib\(unique("").filter(\.isNumber))", unique("k"))
            func code(_ step: Int) throws -> FunctionCode {
                try FunctionCode(
                    """
                    #!lua name=\(name)
                    redis.register_function('\(name)_add', function(keys, args)
                        return redis.call('INCRBY', keys[1], \(step)) end)
                    redis.register_function{function_name='\(name)_get', flags={'no-writes'},
                        callback=function(keys, args) return redis.call('GET', keys[1]) end}
                    """)
            }
            try await client.functionLoad(code(1))
            #expect(try await client.fcall("\(name)_add", keys: [key], as: Int.self) == 1)
            try await client.functionLoad(code(10))
            #expect(try await client.fcall("\(name)_add", keys: [key], as: Int.self) == 11)
            #expect(try await client.fcallReadOnly("\(name)_get", keys: [key], as: Int.self) == 11)
            let broken = await #expect(throws: ServerError.self) {
                try await client.functionLoad(FunctionCode("#!lua name=\(name)\nx("))
            }
            #expect(broken?.scriptFailure?.phase == .compiling)
            #expect(broken?.scriptFailure?.line == 2)
        }
    }
}

extension RESPFrame {
    fileprivate var isEmptyArray: Bool { (try? decode(as: [RESPFrame].self))?.isEmpty ?? false }
}
