// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ValkeyToolkit

@Suite struct ClientURLTests {
    @Test(arguments: [
        ("valkey://localhost", Endpoint.tcp(host: "localhost", port: 6379)),
        ("redis://localhost", .tcp(host: "localhost", port: 6379)),
        ("VALKEY://LocalHost", .tcp(host: "LocalHost", port: 6379)),
        ("valkey://localhost/", .tcp(host: "localhost", port: 6379)),
        ("valkey://10.0.0.1:7000", .tcp(host: "10.0.0.1", port: 7000)),
        ("valkey://h:1", .tcp(host: "h", port: 1)),
        ("valkey://h:65535", .tcp(host: "h", port: 65535)),
        ("valkey://cache-1.eu_west.example.", .tcp(host: "cache-1.eu_west.example.", port: 6379)),
        ("valkey://[::1]", .tcp(host: "::1", port: 6379)),
        ("valkey://[::]:7000", .tcp(host: "::", port: 7000)),
        ("valkey://[2001:db8::7]:7000/2", .tcp(host: "2001:db8::7", port: 7000)),
        ("valkey://[1:2:3:4:5:6:7:8]", .tcp(host: "1:2:3:4:5:6:7:8", port: 6379)),
        ("valkey://[::ffff:10.0.0.1]", .tcp(host: "::ffff:10.0.0.1", port: 6379)),
        ("valkey://[fe80::1%25eth0]:7000", .tcp(host: "fe80::1%eth0", port: 7000)),
        ("unix:///run/valkey.sock", .unix(path: "/run/valkey.sock")),
        ("unix:///tmp/with%20space/@1.sock?protocol=2", .unix(path: "/tmp/with space/@1.sock")),
    ])
    func `the scheme, the host and the port say where the server is`(url: String, endpoint: Endpoint) throws {
        #expect(try NodeConfiguration(url: url).endpoint == endpoint)
    }

    @Test(arguments: [
        ("valkey://h", nil),
        ("valkey://:secret@h", Credentials(password: "secret")),
        ("valkey://ann:secret@h", Credentials(username: "ann", password: "secret")),
        ("valkey://ann:@h", Credentials(username: "ann", password: "")),
        ("valkey://ann:a:b@h", Credentials(username: "ann", password: "a:b")),
        ("valkey://ann:a@b@h", Credentials(username: "ann", password: "a@b")),
        ("valkey://a%3Ab:%40%2f%3F%23%25+@h", Credentials(username: "a:b", password: "@/?#%+")),
        ("valkey://%C3%A9:%E2%82%AC@h", Credentials(username: "é", password: "€")),
        ("unix://ann:secret@/run/valkey.sock", Credentials(username: "ann", password: "secret")),
    ])
    func `user and password are percent-decoded`(url: String, credentials: Credentials?) throws {
        #expect(try NodeConfiguration(url: url).credentials == credentials)
    }

    @Test(arguments: [
        ("valkey://h", 0), ("valkey://h/", 0), ("valkey://h/0", 0), ("valkey://h/3", 3),
        ("valkey://h:1/15?protocol=2", 15),
        ("valkey://h?database=7", 7), ("valkey://h/?database=7", 7), ("unix:///run/valkey.sock?database=3", 3),
    ])
    func `the database is a path or an option`(url: String, database: Int) throws {
        #expect(try NodeConfiguration(url: url).database == database)
    }

    @Test func `what a URL doesn't say has the default of the configuration`() throws {
        let parsed = try NodeConfiguration(url: "valkey://h")
        let standard = NodeConfiguration(endpoint: .tcp(host: "h", port: 6379))
        #expect(parsed.protocolVersion == standard.protocolVersion)
        #expect(parsed.clientName == standard.clientName)
        #expect(parsed.connectTimeout == standard.connectTimeout)
        #expect(parsed.commandTimeout == standard.commandTimeout)
        #expect(parsed.maximumConnections == standard.maximumConnections)
    }

    @Test func `every option reaches the configuration`() throws {
        let url = "valkey://h?protocol=2&client_name=api%2D1&connect_timeout=750ms&command_timeout=2s&max_connections=3"
        let parsed = try NodeConfiguration(url: url)
        #expect(parsed.protocolVersion == .resp2)
        #expect(parsed.clientName == "api-1")
        #expect(parsed.connectTimeout == .milliseconds(750))
        #expect(parsed.commandTimeout == .seconds(2))
        #expect(parsed.maximumConnections == 3)
        #expect(try NodeConfiguration(url: "valkey://h?protocol=3").protocolVersion == .resp3)
    }

    @Test(arguments: [
        ("1", Duration.seconds(1)), ("2s", .seconds(2)), ("500ms", .milliseconds(500)), ("1.5", .milliseconds(1500)),
        ("0.25s", .milliseconds(250)), ("0.5ms", .microseconds(500)), ("0.000001ms", .nanoseconds(1)),
        ("999999999s", .seconds(999_999_999)), ("1.999999999", .nanoseconds(1_999_999_999)),
    ])
    func `durations are numbers of seconds or milliseconds`(text: String, duration: Duration) throws {
        #expect(try NodeConfiguration(url: "valkey://h?connect_timeout=\(text)").connectTimeout == duration)
        #expect(try NodeConfiguration(url: "valkey://h?command_timeout=\(text)").commandTimeout == duration)
    }

    @Test func `several hosts are a group's, and no single server's`() throws {
        let url = "valkey://user:secret@a:7000,b,[::1]:7001/2?protocol=2"
        let addresses = [("a", 7000), ("b", 6379), ("::1", 7001)].map { NodeAddress(host: $0.0, port: $0.1) }
        let group = try ReplicaSetConfiguration(url: url)
        #expect(group.seeds == addresses)
        #expect(group.node.database == 2 && group.node.protocolVersion == .resp2 && group.node.credentials != nil)
        #expect(try ClientURL(url).endpoints == addresses.map(\.endpoint))
        #expect(try ClusterConfiguration(url: "valkey://a:7000,b,[::1]:7001").seeds == addresses)
        #expect(throws: ClientURLError.severalHosts) { try NodeConfiguration(url: url) }
        #expect(throws: ClientURLError.needsHost) { try ReplicaSetConfiguration(url: "unix:///run/valkey.sock") }
    }
}
