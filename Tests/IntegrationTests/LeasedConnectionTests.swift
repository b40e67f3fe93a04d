// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// What the holder of a leased connection does to it, nobody else meets.
@Suite(.timeLimit(.minutes(1))) struct LeasedConnectionTests {
    /// A client whose exclusive calls all use one connection after the other.
    private func withClient(
        _ dialect: Dialect, database: Int = 0, name: String = "", _ body: (ValkeyClient) async throws -> Void
    ) async throws {
        try await dialect.withClient(
            database: database,
            configure: {
                $0.maximumConnections = 1
                $0.clientName = name.isEmpty ? nil : name
            }, body)
    }

    @Test(arguments: Dialect.all)
    func `after a lease that selected a database nobody else sees that database`(dialect: Dialect) async throws {
        let (key, name) = (unique("database"), unique("lease"))
        try await withClient(dialect, database: 2, name: name) { client async throws in
            try await client.set(key, "two")
            let number = try await client.withConnection { connection in
                try await connection.execute(SELECT(3))
                try await connection.set(key, "three")
                return try await connection.execute(RawCommand("CLIENT", "ID", as: Int.self))
            }
            let second = try await client.withConnection { connection in
                #expect(try await connection.get(key) == "two")
                let info = try await connection.execute(RawCommand("CLIENT", "INFO", as: String.self))
                #expect(info.contains(" name=\(name) "))
                #expect(info.contains(" db=2 ") && info.contains(" multi=-1 "))
                #expect(!info.contains("resp=") || info.contains("resp=\(dialect.protocolVersion.rawValue)"))
                return try await connection.execute(RawCommand("CLIENT", "ID", as: Int.self))
            }
            #expect(number == second, "reset, not replaced")
            #expect(try await client.get(key) == "two")
        }
        try await withClient(dialect, database: 3) { client async throws in
            #expect(try await client.get(key) == "three")
            try await client.del(key)
        }
    }

    @Test(arguments: Dialect.all)
    func `a MULTI that is left open queues nobody else's commands, and its own are never run`(
        dialect: Dialect
    ) async throws {
        struct Abandoned: Error {}
        let key = unique("open multi")
        try await withClient(dialect) { client async throws in
            await #expect(throws: Abandoned.self) {
                try await client.withConnection { connection in
                    try await connection.execute(WATCH(.one(key.bulkString)))
                    try await connection.execute(MULTI())
                    #expect(try await connection.execute(RawCommand("INCR", key, as: String.self)) == "QUEUED")
                    throw Abandoned()
                }
            }
            try await client.withConnection { connection in
                #expect(try await connection.incr(key) == 1)
                let (two, read) = try await connection.transaction(.incr(key), .get(key, as: Int.self))
                #expect(two == 2 && read == 2)
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `a scope that is cancelled while it waits on the server leaves no wait behind`(dialect: Dialect) async throws {
        let server = try await SharedServers.shared.server(dialect.version)
        let (key, name) = (unique("list"), unique("cancelled"))
        try await withClient(dialect, name: name) { client async throws in
            let scope = Task {
                try await client.withConnection { connection in _ = try await connection.blpop(key, timeout: .zero) }
            }
            try await eventually("it waits on the server") { try await server.hasBlockedConnection(named: name) }
            scope.cancel()
            await #expect(throws: CancellationError.self) { try await scope.value }
            try await eventually("nobody waits on the server") { try await !server.hasBlockedConnection(named: name) }
            try await client.rpush(key, "kept")
            let popped = try await client.withConnection { connection in
                try await connection.blpop(key, timeout: .zero, as: String.self)
            }
            #expect(popped?.element == "kept")
        }
    }

    @Test(arguments: Dialect.all)
    func `replies that were turned off are off for nobody else`(dialect: Dialect) async throws {
        let key = unique("silent")
        try await withClient(dialect) { client async throws in
            try await client.withConnection { connection in
                _ = try await connection.execute(RawCommand("CLIENT", "REPLY", "OFF"))
                for number in 1...100 {
                    try await connection.send(APPEND(key: key.bulkString, value: "\(number)".bulkString))
                }
                _ = try await connection.execute(RawCommand("CLIENT", "REPLY", "ON"))
                #expect(try await connection.strlen(key) == 192, "ON's reply is the first since OFF")
                _ = try await connection.execute(RawCommand("CLIENT", "REPLY", "OFF"))
            }
            let length = try await client.withConnection { connection in try await connection.strlen(key) }
            #expect(length == 192)
        }
    }

    @Test(arguments: Dialect.all.filter { $0.protocolVersion == .resp3 })
    func `tracking that was turned on is off afterwards, and its pushes disturb no reply`(
        dialect: Dialect
    ) async throws {
        let key = unique("tracked")
        try await withClient(dialect) { client async throws in
            try await client.withConnection { connection in
                _ = try await connection.execute(RawCommand("CLIENT", "TRACKING", "ON"))
                _ = try await connection.get(key)
                for number in 1...20 {
                    try await client.set(key, number)
                    #expect(try await connection.get(key, as: Int.self) == number)
                }
            }
            try await client.withConnection { connection in
                let info = try await connection.execute(
                    RawCommand("CLIENT", "TRACKINGINFO", as: [String: RESPFrame].self))
                #expect(try info["flags"]?.decode(as: [String].self) == ["off"])
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `a large reply comes over a connection of its own`(dialect: Dialect) async throws {
        let server = try await SharedServers.shared.server(dialect.version)
        let (key, name) = (unique("large"), unique("lanes"))
        try await withClient(dialect, name: name) { client async throws in
            try await client.rpush(key, (0..<10_000).map { "element \($0)" })
            #expect(try await server.connections(named: name).count == 1)
            #expect(try await client.with(largeReply: true).lrange(key, 0, -1).count == 10_000)
            #expect(try await server.connections(named: name).count == 2)
        }
    }
}
