// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

extension Tour {
    /// Any number of tasks use one client; their commands leave together over one connection.
    func sharedClient() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...20 {
                group.addTask { try await client.incr("tour:visits") }
            }
            try await group.waitForAll()
        }
        let visits = try await client.get("tour:visits", as: Int.self)
        say("20 tasks counted up at the same time: \(visits ?? 0)")
        try check(visits == 20, "20 increments must make 20")
    }

    /// The database belongs to a client's configuration, so a second database is a second client.
    func databases() async throws {
        var configuration = client.configuration
        configuration.database = configuration.database == 1 ? 2 : 1
        let other = ValkeyClient(configuration)
        defer { other.close() }

        try await client.set("tour:colour", "red")
        try await other.set("tour:colour", "blue")
        let here = try await client.get("tour:colour", as: String.self)
        let there = try await other.get("tour:colour", as: String.self)
        try await other.del("tour:colour")
        say("database \(client.configuration.database) says \(here ?? "nothing")")
        say("database \(configuration.database) says \(there ?? "nothing")")
        try check(here == "red" && there == "blue", "each database must have its own value")

        // There is no select on a client, and as a raw command it is refused before anything is sent: it would change
        // the database under everybody who shares the connection.
        do {
            _ = try await client.execute(RawCommand("SELECT", 1, as: String.self))
            throw TourFailure("SELECT must be refused on a shared client")
        } catch let error as CommandMisuse {
            say("SELECT on a shared client: \(error)")
        }
    }

    /// Everything works over a Unix socket too.
    func unixSocket() async throws {
        guard let unixPath else { return }
        var configuration = client.configuration
        configuration.endpoint = .unix(path: unixPath)
        let local = ValkeyClient(configuration)
        defer { local.close() }
        try await client.set("tour:socket", "written over TCP")
        let value = try await local.get("tour:socket", as: String.self)
        say("read over \(unixPath): \(value ?? "nothing")")
        try check(value == "written over TCP", "both ways must lead to the same server")
    }
}
