// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

extension CommandScenario {
    /// Commands that bind state to a connection, or make a feed of it.
    static let connection: [CommandScenario] = [
        CommandScenario("what a connection is told, its server takes", varying: ["CLIENT INFO"]) { stage in
            try await stage.withClient { client async throws in
                try await client.client.withConnection { connection in
                    try await client.execute(SELECT(3), on: connection)
                    try await client.execute(CLIENT.SETNAME("somebody"), on: connection)
                    let info = try await connection.clientInfo()
                    #expect(info.database == 3)
                    #expect(info.name == "somebody")
                    try await client.execute(CLIENT.NO_EVICT(true), on: connection)
                    try await client.execute(CLIENT.NO_EVICT(false), on: connection)
                    let broadcast = CLIENT.TRACKING(.broadcast(prefixes: ["a"]), redirect: info.id)
                    try await client.execute(broadcast, on: connection)
                    #expect(try await connection.clientTrackinginfo().prefixes == ["a"])
                    try await client.execute(CLIENT.TRACKING(.off), on: connection)
                    try await client.execute(CLIENT.TRACKING(.optIn, redirect: info.id), on: connection)
                    try await client.execute(CLIENT.CACHING(true), on: connection)
                    try await client.execute(CLIENT.TRACKING(.off), on: connection)
                    try await client.execute(SCRIPT.DEBUG(.off), on: connection)
                    try await client.execute(CLIENT.SETNAME(""), on: connection)
                    #expect(try await client.execute(RESET(), on: connection) == "RESET")
                }
                #expect(try await client.clientInfo().name != "somebody")
            }
        },
        CommandScenario("newer servers are told more", versions: [.valkey9, .valkey8]) { stage in
            try await stage.withClient { client async throws in
                try await client.client.withConnection { connection in
                    try await client.execute(CLIENT.SETINFO(.libraryName("tests")), on: connection)
                    try await client.execute(CLIENT.SETINFO(.libraryVersion("1")), on: connection)
                    try await client.execute(CLIENT.NO_TOUCH(true), on: connection)
                    try await client.execute(CLIENT.CAPA(["redirect"]), on: connection)
                    #expect(try await connection.clientInfo().libraryName == "tests")
                }
            }
        },
        CommandScenario("only a server that imports is an import's source", versions: [.valkey9]) { stage in
            try await stage.withClient { client async throws in
                try await client.client.withConnection { connection in
                    await #expect(throws: ServerError.self) { try await connection.execute(CLIENT.IMPORT_SOURCE(true)) }
                    try await client.execute(CLIENT.IMPORT_SOURCE(false), on: connection)
                    try await client.configSet("import-mode", "yes")
                    try await client.execute(CLIENT.IMPORT_SOURCE(true), on: connection)
                }
            }
        },
        CommandScenario("a connection is opened again, as somebody else, and ended", varying: ["HELLO"]) { stage in
            try await stage.withClient { client async throws in
                try await client.aclSetuser("reader", "on", ">secret", "+@read", "+@connection", "+acl|whoami", "~*")
                try await client.client.withConnection { connection in
                    let version = stage.dialect.protocolVersion.rawValue
                    let greeting = try await client.execute(HELLO(version), on: connection)
                    #expect(greeting.protocolVersion == version && greeting.mode == "standalone")
                    try await client.execute(AUTH(username: "reader", password: "secret"), on: connection)
                    #expect(try await connection.aclWhoami() == "reader")
                    let denied = await #expect(throws: ServerError.self) { try await connection.set("k", "v") }
                    #expect(denied?.code == .noPermission)
                    let wrong = AUTH(username: "reader", password: "guess")
                    let refused = await #expect(throws: ServerError.self) { try await connection.execute(wrong) }
                    #expect(refused?.code == .wrongPassword)
                }
                try await client.client.withConnection { connection in
                    try await client.execute(CLIENT.REPLY(.on), on: connection)
                    try await client.execute(QUIT(), on: connection)
                }
            }
        },
        CommandScenario("a transaction by hand is watched, queued, executed or taken back") { stage in
            try await stage.withClient { client async throws in
                try await client.client.withConnection { connection in
                    try await client.execute(WATCH(BulkStringList(["k"])), on: connection)
                    try await client.execute(UNWATCH(), on: connection)
                    try await client.execute(MULTI(), on: connection)
                    _ = try await connection.execute(RawCommand("INCR", "k", as: String.self))
                    #expect(try await client.execute(EXEC(), on: connection).decode(as: [Int].self) == [1])
                    try await client.execute(MULTI(), on: connection)
                    _ = try await connection.execute(RawCommand("INCR", "k", as: String.self))
                    try await client.execute(DISCARD(), on: connection)
                }
                #expect(try await client.get("k", as: Int.self) == 1)
            }
        },
        CommandScenario("subscriptions are confirmed, and what was executed is seen") { stage in
            try await stage.withClient { client async throws in
                let options = SubscriptionOptions(reports: .confirmations)
                let subscription = try await client.client.subscribe(to: "a", options: options)
                func note(_ name: String, _ expected: PubSubEvent) async throws {
                    guard let event = try await subscription.next() else {
                        Issue.record("\(name) was not confirmed")
                        return
                    }
                    #expect(event == expected)
                    client.record.note(name, event)
                }
                try await note("SUBSCRIBE", .subscribed(.channel("a"), count: 1))
                try await subscription.subscribe(toPatterns: "b*")
                try await note("PSUBSCRIBE", .subscribed(.pattern("b*"), count: 2))
                try await subscription.subscribe(toShardChannels: "s")
                try await note("SSUBSCRIBE", .subscribed(.shardChannel("s"), count: 1))
                subscription.unsubscribe(from: "a")
                try await note("UNSUBSCRIBE", .unsubscribed(.channel("a"), count: 1))
                subscription.unsubscribe(fromShardChannels: "s")
                try await note("SUNSUBSCRIBE", .unsubscribed(.shardChannel("s"), count: 0))
                subscription.unsubscribe(fromPatterns: "b*")
                try await note("PUNSUBSCRIBE", .unsubscribed(.pattern("b*"), count: 0))
                try await client.client.withMonitor { feed in
                    try await client.set("seen", "v")
                    while let entry = try await feed.next() {
                        guard entry.arguments == ["SET", "seen", "v"] else { continue }
                        client.record.note("MONITOR", entry.arguments)
                        break
                    }
                }
            }
        },
        CommandScenario("a node of a cluster takes what is for clusters") { stage in
            let server = try await TestServer.start(stage.version, options: ["--cluster-enabled", "yes"])
            try await stage.withClient(of: server) { client async throws in
                try await client.client.withConnection { connection in
                    try await client.execute(READONLY(), on: connection)
                    try await client.execute(READWRITE(), on: connection)
                    try await client.execute(ASKING(), on: connection)
                }
            }
        },
    ]
}
