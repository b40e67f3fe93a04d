// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Transport

@Suite struct SocketAddressTests {
    #if os(Linux)
        static let loopback = "lo"
    #else
        static let loopback = "lo0"
    #endif

    @Test(arguments: [
        ([], []),
        (["1.1.1.1"], ["1.1.1.1"]),
        (["::1", "::2", "::3", "1.1.1.1", "1.1.1.2"], ["::1", "1.1.1.1", "::2", "1.1.1.2", "::3"]),
        (["1.1.1.1", "::1", "::2", "::3"], ["1.1.1.1", "::1", "::2", "::3"]),
        (["1.1.1.1", "1.1.1.1", "::1", "1.1.1.1"], ["1.1.1.1", "::1"]),
    ])
    func `families take turns, beginning with the resolver's first, and each address comes once`(
        found: [String], expected: [String]
    ) throws {
        func addresses(_ texts: [String]) throws -> [SocketAddress] {
            try texts.map { try #require(SocketAddress(ip: $0, port: 7)) }
        }
        #expect(SocketAddress.inOrderOfTrying(try addresses(found)) == (try addresses(expected)))
    }

    @Test(arguments: ["127.0.0.1", "2001:db8::7"])
    func `the port of an address can be set later`(ip: String) throws {
        let address = try #require(SocketAddress(ip: ip, port: 0))
        #expect(address.withPort(6379) == SocketAddress(ip: ip, port: 6379))
        let path = try #require(SocketAddress(unixPath: "/tmp/x"))
        #expect(path.withPort(6379) == path)
    }

    @Test func `a link-local address has a zone`() throws {
        let address = try #require(SocketAddress(ip: "fe80::1%\(Self.loopback)", port: 6379))
        #expect(address.description == "[fe80::1%\(Self.loopback)]:6379")
        #expect(address != SocketAddress(ip: "fe80::1", port: 6379))
        #expect(SocketAddress(ip: "fe80::1%no-such-zone", port: 6379) == nil)
    }
}
