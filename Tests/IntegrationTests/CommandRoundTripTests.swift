// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Commands that need something which no sample can have: another command's reply, another server, another setting.
@Suite(.timeLimit(.minutes(2))) struct CommandRoundTripTests {
    @Test(arguments: Dialect.all)
    func `what DUMP gives, RESTORE takes`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (key, copy) = (unique("dumped"), unique("restored"))
            try await client.rpush(key, "a", "b")
            let dump = try #require(try await client.dump(key))
            _ = try await client.restore(copy, 0, dump)
            #expect(try await client.lrange(copy, 0, -1, as: String.self) == ["a", "b"])
            #expect(try await client.dump(unique("nothing")) == nil)
        }
    }

    @Test(arguments: Dialect.all)
    func `what FUNCTION DUMP gives, FUNCTION RESTORE takes`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version)
        try await dialect.withClient(of: server) { client async throws in
            let library = dialect.version.isValkey ? "server" : "redis"
            let code = "#!lua name=l\n\(library).register_function('f', function(keys, args) return args[1] end)"
            #expect(try await client.functionLoad(code) == "l")
            let dump = try await client.functionDump()
            _ = try await client.functionFlush()
            #expect(try await client.functionList().isEmpty)
            _ = try await client.functionRestore(dump)
            #expect(try await client.functionList(withcode: true).first?.code == code)
            #expect(try await client.fcall("f", args: ["x"], as: String.self) == "x")
        }
    }

    @Test(arguments: Dialect.all)
    func `MIGRATE moves keys to another server`(dialect: Dialect) async throws {
        let (source, target) = try await (TestServer.start(dialect.version), TestServer.start(dialect.version))
        try await dialect.withClient(of: source) { client async throws in
            try await client.set("a", "1")
            try await client.set("b", "2")
            #expect(try await client.migrate("127.0.0.1", target.port, "a", 0, .seconds(50)) == "OK")
            #expect(try await client.migrate("127.0.0.1", target.port, "a", 0, .seconds(50)) == "NOKEY")
            #expect(try await client.migrateKeys("127.0.0.1", target.port, 0, .seconds(50), keys: ["b", "c"]) == "OK")
            #expect(try await client.dbsize() == 0)
        }
        try await dialect.withClient(of: target) { client async throws in
            #expect(try await client.mget("a", "b", as: Int.self) == [1, 2])
        }
    }

    @Test(arguments: Dialect.all)
    func `settings of a server decide what it can say of keys and files`(dialect: Dialect) async throws {
        let options = ["--maxmemory-policy", "allkeys-lfu", "--appendonly", "yes"]
        let server = try await TestServer.start(dialect.version, options: options)
        try await dialect.withClient(of: server) { client async throws in
            try await client.set("k", "v")
            #expect(try #require(try await client.objectFreq("k")) >= 0)
            #expect(try await client.configGet("maxmemory-policy")["maxmemory-policy"] == "allkeys-lfu")
            // Redis 7.0 has no WAITAOF.
            if dialect.version.isValkey { #expect(try await client.waitaof(0, 0, .milliseconds(10)).count == 2) }
        }
    }

    @Test(arguments: Dialect.all)
    func `REPLICAOF changes the role, and SHUTDOWN ends the server`(dialect: Dialect) async throws {
        let (primary, replica) = try await (TestServer.start(dialect.version), TestServer.start(dialect.version))
        try await dialect.withClient(of: replica) { client async throws in
            _ = try await client.replicaof(.hostPort(host: "127.0.0.1", port: primary.port))
            guard case .replica(_, let port, _, _) = try await client.role() else {
                Issue.record("it is no replica")
                return
            }
            #expect(port == primary.port)
            _ = try await client.replicaof(.noOne)
            guard case .primary = try await client.role() else {
                Issue.record("it is no primary")
                return
            }
            // The server ends without an answer.
            await #expect(throws: (any Error).self) { try await client.shutdown(saveSelector: .nosave) }
        }
        try await eventually("the server is gone") { (try? await replica.cli("PING")) == nil }
    }
}
