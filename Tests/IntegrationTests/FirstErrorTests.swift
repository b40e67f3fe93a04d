// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// What a server refuses reaches the first caller, who has no deadline: one that waited for anything would never end.
@Suite(.timeLimit(.minutes(1))) struct FirstErrorTests {
    /// Connects as a user with these rules, to database 3 and with a name.
    private func refusal(
        _ dialect: Dialect, rules: String...
    ) async throws -> (step: HandshakeStep, error: ServerError)? {
        let server = try await TestServer.start(dialect.version)
        defer { server.kill() }
        try await server.cli(["ACL", "SETUSER", "app", "on", ">password", "~*", "&*", "+@all"] + rules)
        var refusal: (HandshakeStep, ServerError)?
        try await dialect.withClient(
            of: server,
            configure: {
                $0.credentials = Credentials(username: "app", password: "password")
                $0.clientName = "name"
                $0.database = 3
                $0.commandTimeout = nil
            }
        ) { client async throws in
            do {
                try await client.set("k", "v")
            } catch ConnectionError.handshakeRefused(let step, let error) {
                refusal = (step, error)
            }
        }
        return refusal
    }

    @Test(arguments: Dialect.all)
    func `a user who may not SELECT is told so`(dialect: Dialect) async throws {
        let refusal = try await refusal(dialect, rules: "-select")
        #expect(refusal?.step == .selectDatabase)
        #expect(refusal?.error.code == .noPermission)
    }

    @Test(arguments: Dialect.all)
    func `a server that wants a password says so to a client without one`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version, options: ["--requirepass", "right"])
        defer { server.kill() }
        try await dialect.withClient(of: server, configure: { $0.commandTimeout = nil }) { client async throws in
            let error = await #expect(throws: (any Error).self) { try await client.get("k") }
            switch error {
            // RESP3 begins with HELLO, which the server refuses; RESP2 without a password with nothing that it refuses.
            case ConnectionError.handshakeRefused(.hello, let refusal)?:
                #expect(dialect.protocolVersion == .resp3 && refusal.code == .authenticationRequired)
            case let refusal as ServerError:
                #expect(dialect.protocolVersion == .resp2 && refusal.code == .authenticationRequired)
            default: Issue.record("got \(String(describing: error))")
            }
        }
    }

    @Test(arguments: ServerVersion.allCases)
    func `a user who may not name its connection is told so`(version: ServerVersion) async throws {
        let refusal = try await refusal(Dialect(version: version, protocolVersion: .resp2), rules: "-client|setname")
        #expect(refusal?.step == .setName)
        #expect(refusal?.error.code == .noPermission)
    }

    @Test(arguments: Dialect.all)
    func `a database that the server doesn't have is named`(dialect: Dialect) async throws {
        let server = try await TestServer.start(dialect.version, options: ["--databases", "2"])
        defer { server.kill() }
        try await dialect.withClient(
            of: server,
            configure: {
                $0.database = 5
                $0.commandTimeout = nil
            }
        ) { client async throws in
            let error = await #expect(throws: ConnectionError.self) { try await client.get("k") }
            guard case .handshakeRefused(.selectDatabase, _)? = error else {
                Issue.record("got \(String(describing: error))")
                return
            }
        }
    }
}
