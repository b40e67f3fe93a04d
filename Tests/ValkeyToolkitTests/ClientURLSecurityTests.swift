// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Testing
import ToolkitTesting
import ValkeyToolkit

@Suite struct ClientURLSecurityTests {
    @Test(arguments: ["valkeys://ann:secret@h:1/3?protocol=2", "rediss://ann:secret@h:1/3?protocol=2"])
    func `a URL that asks for TLS reads like one that doesn't, and carries what provides it`(url: String) throws {
        let parsed = try NodeConfiguration(url: url, security: CountingSecurity())
        #expect(parsed.endpoint == .tcp(host: "h", port: 1))
        #expect(parsed.credentials == Credentials(username: "ann", password: "secret"))
        #expect(parsed.database == 3)
        #expect(parsed.protocolVersion == .resp2)
        #expect(parsed.security is CountingSecurity)
        let cluster = try ClusterConfiguration(url: "valkeys://h", security: CountingSecurity())
        #expect(cluster.node.security is CountingSecurity)
    }

    @Test(arguments: ["valkey", "redis", "unix", "VALKEY"])
    func `a URL that doesn't ask for TLS is refused with what provides it`(scheme: String) {
        #expect(throws: ClientURLError.securityUnused(scheme: scheme.lowercased())) {
            try ClientURL("\(scheme)://h", security: CountingSecurity())
        }
    }

    @Test func `without TLS in the URL nothing secures`() throws {
        let configuration = try NodeConfiguration(url: "valkey://h")
        #expect(configuration.security == nil)
    }

    @Test func `every connection is secured for the host in the URL before anything is sent`() async throws {
        let security = CountingSecurity()
        let server = ScriptedServer { _ in .bulk("value") }
        let url = "valkeys://:secret@db.example:7000"
        try await withValkeyClient(url, security: security, environment: .still(server.connector)) { client in
            let value = try await client.get("k", as: String.self)
            #expect(value == "value")
        }
        #expect(security.endpoints == [.tcp(host: "db.example", port: 7000)])
    }

    @Test func `a connection that can't be secured sends nothing, and every waiting caller learns why`() async throws {
        let failure = SecurityFailure.wrongHost(wanted: "h", certificateNames: ["other"])
        let server = ScriptedServer { _ in .bulk("value") }
        let client = try ValkeyClient(
            "valkeys://:secret@h", security: CountingSecurity(failure), environment: .still(server.connector))
        let calls = (0..<3).map { _ in Task { try await client.get("k") } }
        for call in calls {
            await #expect(throws: TransportError.security(failure)) { try await call.value }
        }
        #expect(server.handshakes.isEmpty && server.commands.isEmpty)
        client.close()
    }
}

/// Passes transports on as they are, or refuses each.
private final class CountingSecurity: TransportSecurity {
    private let asked = Mutex<[Endpoint]>([])
    private let failure: SecurityFailure?

    init(_ failure: SecurityFailure? = nil) { self.failure = failure }

    var endpoints: [Endpoint] { asked.withLock { $0 } }

    func secure(_ transport: any ReadinessTransport, to endpoint: Endpoint) async throws -> any ReadinessTransport {
        asked.withLock { $0.append(endpoint) }
        if let failure {
            transport.close()
            throw TransportError.security(failure)
        }
        return transport
    }
}
