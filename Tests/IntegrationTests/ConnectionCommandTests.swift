// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Commands that bind state to a connection, each with a typed reply of a real server. Those that make a feed of it
/// (SUBSCRIBE and its kin, MONITOR) are what PubSub's tests are about; HELLO and AUTH begin every connection.
@Suite(.timeLimit(.minutes(2))) struct ConnectionCommandTests {
    @Test(arguments: Dialect.all)
    func `what a connection is told, its server takes`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            try await client.withConnection { connection in
                try await connection.execute(SELECT(3))
                try await connection.execute(CLIENT.SETNAME("somebody"))
                let info = try await connection.clientInfo()
                #expect(info.database == 3)
                #expect(info.name == "somebody")
                try await connection.execute(CLIENT.NO_EVICT(true))
                try await connection.execute(CLIENT.NO_EVICT(false))
                try await connection.execute(CLIENT.TRACKING(.broadcast(prefixes: ["a"]), redirect: info.id))
                #expect(try await connection.clientTrackinginfo().prefixes == ["a"])
                try await connection.execute(CLIENT.TRACKING(.off))
                try await connection.execute(CLIENT.TRACKING(.optIn, redirect: info.id))
                try await connection.execute(CLIENT.CACHING(true))
                try await connection.execute(CLIENT.TRACKING(.off))
                try await connection.execute(SCRIPT.DEBUG(.off))
                try await connection.execute(CLIENT.SETNAME(""))
                // Newer than the oldest servers here.
                if dialect.version.isValkey {
                    try await connection.execute(CLIENT.SETINFO(.libraryName("tests")))
                    try await connection.execute(CLIENT.SETINFO(.libraryVersion("1")))
                    try await connection.execute(CLIENT.NO_TOUCH(true))
                    try await connection.execute(CLIENT.CAPA(["redirect"]))
                }
                if dialect.version == .valkey9 {
                    // Only a server that imports takes it; it has understood it all the same.
                    await #expect(throws: ServerError.self) { try await connection.execute(CLIENT.IMPORT_SOURCE(true)) }
                    try await connection.execute(CLIENT.IMPORT_SOURCE(false))
                }
                try await connection.execute(RESET())
            }
            #expect(try await client.clientInfo().name != "somebody")
        }
    }

    @Test(arguments: Dialect.all)
    func `a transaction by hand is watched, queued, executed or taken back`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("by hand")
            try await client.withConnection { connection in
                try await connection.execute(WATCH(BulkStringList([key])))
                try await connection.execute(UNWATCH())
                try await connection.execute(MULTI())
                _ = try await connection.execute(RawCommand("INCR", key, as: String.self))
                #expect(try await connection.execute(EXEC()).decode(as: [Int].self) == [1])
                try await connection.execute(MULTI())
                _ = try await connection.execute(RawCommand("INCR", key, as: String.self))
                try await connection.execute(DISCARD())
            }
            #expect(try await client.get(key, as: Int.self) == 1)
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a node of a cluster takes what is for clusters`(version: ProtocolVersion) async throws {
        let server = try await TestServer.start(.valkey9, options: ["--cluster-enabled", "yes"])
        let dialect = Dialect(version: .valkey9, protocolVersion: version)
        try await dialect.withClient(of: server) { client async throws in
            try await client.withConnection { connection in
                try await connection.execute(READONLY())
                try await connection.execute(READWRITE())
                try await connection.execute(ASKING())
            }
        }
    }
}
