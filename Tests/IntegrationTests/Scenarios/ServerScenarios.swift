// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation
import ServerSupport
import Testing
import ValkeyToolkit

extension CommandScenario {
    /// Commands that need another command's reply, another server or a setting.
    static let server: [CommandScenario] = [
        CommandScenario("what DUMP gives, RESTORE takes") { stage in
            try await stage.withClient { client async throws in
                try await client.rpush("list", "a", "b")
                let dump = try #require(try await client.dump("list"))
                _ = try await client.restore("copy", .zero, dump)
                #expect(try await client.lrange("copy", 0, -1, as: String.self) == ["a", "b"])
                #expect(try await client.ttl("copy") == .unlimited)
                _ = try await client.restore("copy", .seconds(1000), dump, replace: true)
                #expect(try await client.ttl("copy").duration.map { $0 > .seconds(900) } == true)
                _ = try await client.restoreUntil("copy", .milliseconds(4_000_000_000_001), dump, replace: true)
                #expect(try await client.pexpiretime("copy") == .at(.milliseconds(4_000_000_000_001)))
                #expect(try await client.dump("nothing") == nil)
            }
        },
        CommandScenario("what FUNCTION DUMP gives, FUNCTION RESTORE takes") { stage in
            try await stage.withClient { client async throws in
                let code =
                    "#!lua name=l\n\(stage.library).register_function('f', function(keys, args) return args[1] end)"
                #expect(try await client.functionLoad(code) == "l")
                let dump = try await client.functionDump()
                _ = try await client.functionFlush()
                #expect(try await client.functionList().isEmpty)
                _ = try await client.functionRestore(dump)
                #expect(try await client.functionList(withcode: true).first?.code == code)
                #expect(try await client.fcall("f", args: ["x"], as: String.self) == "x")
            }
        },
        CommandScenario("MIGRATE moves keys to another server") { stage in
            let (source, target) = try await (TestServer.start(stage.version), TestServer.start(stage.version))
            try await stage.withClient(of: source) { client async throws in
                try await client.set("a", "1")
                try await client.set("b", "2")
                #expect(try await client.migrate("127.0.0.1", target.port, "a", 0, .seconds(50)) == "OK")
                #expect(try await client.migrate("127.0.0.1", target.port, "a", 0, .seconds(50)) == "NOKEY")
                let keys = ["b", "c"]
                #expect(try await client.migrateKeys("127.0.0.1", target.port, 0, .seconds(50), keys: keys) == "OK")
                #expect(try await client.dbsize() == 0)
            }
            try await stage.withClient(of: target) { client async throws in
                #expect(try await client.mget("a", "b", as: Int.self) == [1, 2])
            }
        },
        CommandScenario("settings of a server decide what it can say of keys") { stage in
            let server = try await TestServer.start(stage.version, options: ["--maxmemory-policy", "allkeys-lfu"])
            try await stage.withClient(of: server) { client async throws in
                try await client.set("k", "v")
                #expect(try #require(try await client.objectFreq("k")) >= 0)
                #expect(try await client.configGet("maxmemory-policy")["maxmemory-policy"] == "allkeys-lfu")
                try await client.configRewrite()
                #expect(try String(contentsOfFile: server.configurationFile, encoding: .utf8).contains("allkeys-lfu"))
                #expect(try await client.bgrewriteaof().hasPrefix("Background append only file rewriting"))
            }
        },
        // Redis 7.0 has no WAITAOF.
        CommandScenario("WAITAOF counts what is on disk", versions: [.valkey9, .valkey8]) { stage in
            let options = ["--appendonly", "yes", "--appendfsync", "always"]
            let server = try await TestServer.start(stage.version, options: options)
            try await stage.withClient(of: server) { client async throws in
                try await client.set("k", "v")
                let durable = try await client.waitaof(1, 0, .seconds(50))
                #expect(durable.isLocal && durable.replicas == 0)
            }
        },
        CommandScenario("a file of users is loaded and saved", varying: ["ACL LIST"]) { stage in
            let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".acl").path
            try "user default on nopass ~* &* +@all\nuser reader on nopass ~* +@read\n".write(
                toFile: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: file) }
            let server = try await TestServer.start(stage.version, options: ["--aclfile", file])
            try await stage.withClient(of: server) { client async throws in
                #expect(try await client.aclUsers() == ["default", "reader"])
                try await client.aclSetuser("writer", "on", ">secret", "+@write", "~*")
                try await client.aclSave()
                #expect(try String(contentsOfFile: file, encoding: .utf8).contains("user writer"))
                try "user default on nopass ~* &* +@all\n".write(toFile: file, atomically: true, encoding: .utf8)
                try await client.aclLoad()
                #expect(try await client.aclUsers() == ["default"])
            }
        },
        CommandScenario(
            "what was slow is drawn", varying: ["LATENCY GRAPH", "LATENCY HISTORY", "LATENCY LATEST"]
        ) { stage in
            let server = try await TestServer.start(stage.version, options: ["--latency-monitor-threshold", "1"])
            try await stage.withClient(of: server) { client async throws in
                _ = try await client.execute(RawCommand("DEBUG", "SLEEP", 0.02, as: OK.self))
                #expect(try await client.latencyLatest().map(\.name).contains("command"))
                #expect(try await client.latencyHistory("command").isEmpty == false)
                #expect(try await client.latencyGraph("command").hasPrefix("command - high"))
                #expect(try await client.latencyReset("command") == 1)
            }
        },
        CommandScenario("scripts and functions that hang are killed") { stage in
            let server = try await TestServer.start(stage.version, options: ["--lua-time-limit", "1"])
            let code = "#!lua name=l\n\(stage.library).register_function('f', function() while true do end end)"
            try await stage.withClient(of: server) { client async throws in
                try await client.functionLoad(code)
                try await stage.withClient(of: server) { killer async throws in
                    for isFunction in [false, true] {
                        let hanging = Task {
                            // Not by the recording client: it gets no reply that is the same twice.
                            let client = client.client.with(retrying: .nothing)
                            if isFunction {
                                _ = try await client.fcall("f")
                            } else {
                                _ = try await client.eval("while true do end")
                            }
                        }
                        try await eventually("it is killed") {
                            do {
                                _ = try await isFunction ? killer.functionKill() : killer.scriptKill()
                                return true
                            } catch let error as ServerError {
                                // It has not begun.
                                #expect(error.code == "NOTBUSY")
                                return false
                            }
                        }
                        await #expect(throws: ServerError.self) { try await hanging.value }
                    }
                }
            }
        },
        CommandScenario("REPLICAOF and SLAVEOF change the role", varying: ["ROLE"]) { stage in
            let (primary, replica) = try await (TestServer.start(stage.version), TestServer.start(stage.version))
            try await stage.withClient(of: replica) { client async throws in
                _ = try await client.replicaof(.hostPort(host: "127.0.0.1", port: primary.port))
                guard case .replica(_, let port, _, _) = try await client.role() else {
                    Issue.record("it is no replica")
                    return
                }
                #expect(port == primary.port)
                #expect(try await client.execute(SLAVEOF(args: .noOne)) == "OK")
                guard case .primary = try await client.role() else {
                    Issue.record("it is no primary")
                    return
                }
                // The server ends without an answer.
                await #expect(throws: (any Error).self) { try await client.shutdown(saveSelector: .nosave) }
            }
            try await eventually("the server is gone") { (try? await replica.cli("PING")) == nil }
        },
        CommandScenario("FAILOVER hands the primary's role over") { stage in
            let servers = try await ReplicatedServers.start(stage.version, replicas: 1)
            defer { servers.kill() }
            let to = FAILOVER.To(host: "127.0.0.1", port: servers.all[1].port)
            try await stage.withClient(of: servers.all[0]) { client async throws in
                try await eventually("the primary finds its replica online") {
                    do {
                        try await client.failover(to: to)
                        return true
                    } catch let error as ServerError {
                        #expect(error.message.contains("not online"))
                        return false
                    }
                }
            }
            try await eventually("the replica is the primary") { try await servers.all[1].isPrimary() }
        },
    ]
}
