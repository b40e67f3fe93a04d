// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// Connections come up in the state that the configuration says, whatever the server knows.
@Suite struct HandshakeTests {
    @Test(arguments: ServerVersion.allCases, ProtocolVersion.allCases)
    func `database, name and protocol are set before the first command`(
        version: ServerVersion, protocolVersion: ProtocolVersion
    ) async throws {
        let server = try await SharedServers.shared.server(version)
        var configuration = NodeConfiguration.patient(server.endpoint)
        configuration.database = 3
        configuration.clientName = "handshake-test"
        configuration.protocolVersion = protocolVersion
        let client = ValkeyClient(configuration)
        defer { client.close() }
        let info = try await client.execute(RawCommand("CLIENT", "INFO", as: String.self))
        #expect(info.contains(" db=3 "))
        #expect(info.contains(" name=handshake-test "))
        #expect(info.contains("resp=\(protocolVersion.rawValue)"))
        #expect(!version.isValkey || info.contains("lib-name=valkey-toolkit-swift"))
    }

    @Test(arguments: ServerVersion.allCases)
    func `a server that renamed HELLO away is spoken to in RESP2`(version: ServerVersion) async throws {
        let server = try await TestServer.start(
            version, options: ["--rename-command", "HELLO", "", "--requirepass", "secret"])
        defer { server.kill() }
        var configuration = NodeConfiguration.patient(server.endpoint)
        configuration.credentials = Credentials(password: "secret")
        configuration.database = 2
        let client = ValkeyClient(configuration)
        defer { client.close() }
        try await client.hset("h", ["a": "1"])
        #expect(try await client.hgetall("h") == ["a": "1"])
        #expect(try await client.execute(RawCommand("CLIENT", "INFO", as: String.self)).contains(" db=2 "))
    }

    @Test(arguments: ServerVersion.allCases)
    func `Unix sockets work as TCP does`(version: ServerVersion) async throws {
        let server = try await SharedServers.shared.server(version)
        let client = ValkeyClient(.patient(server.unixEndpoint))
        defer { client.close() }
        try await client.set("unix", "socket")
        #expect(try await client.get("unix") == "socket")
    }

    @Test func `a client that nobody started works`() async throws {
        let server = try await SharedServers.shared.server(.valkey9)
        let client = try ValkeyClient("valkey://127.0.0.1:\(server.port)/1?client_name=me&protocol=3")
        defer { client.close() }
        try await client.set("started", "by itself")
        #expect(try await client.get("started") == "by itself")
    }
}
