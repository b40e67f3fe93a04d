// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import Transport

@Suite struct DescriptionTests {
    @Test(arguments: [
        (Endpoint.tcp(host: "localhost", port: 6379), "localhost:6379"),
        (.tcp(host: "::1", port: 1), "[::1]:1"),
        (.unix(path: "/run/valkey.sock"), "/run/valkey.sock"),
    ])
    func `an endpoint reads as people write it`(endpoint: Endpoint, text: String) {
        #expect(endpoint.description == text)
    }

    @Test(arguments: ["127.0.0.1:80", "[::1]:80", "[2001:db8::7]:65535"])
    func `a socket address reads as people write it`(text: String) throws {
        let colon = try #require(text.lastIndex(of: ":"))
        let host = text[..<colon].filter { !"[]".contains($0) }
        let port = try #require(UInt16(text[text.index(after: colon)...]))
        #expect(try #require(SocketAddress(ip: host, port: port)).description == text)
    }

    @Test(arguments: ["", "localhost", "127.0.0.1:80", "[::1]", "127.0.0.1\0x"])
    func `what is not a numeric address is none`(text: String) {
        #expect(SocketAddress(ip: text, port: 1) == nil)
    }

    @Test func `a Unix path becomes an address`() {
        #expect(SocketAddress(unixPath: "/tmp/a.sock")?.description == "/tmp/a.sock")
    }

    @Test func `errors say what was done, where, and what the system said of it`() {
        let endpoint = Endpoint.tcp(host: "db", port: 6379)
        let texts = [
            TransportError.connectionRefused(endpoint), .brokenPipe, .connectionReset(during: .read),
            .invalidEndpoint(endpoint), .nameNotResolved(host: "db", code: 0), .custom("unplugged"), .closed,
        ].map(\.description)
        #expect(texts[0].hasPrefix("could not connect to db:6379: Connection refused (errno "))
        #expect(texts[1].hasPrefix("write failed: Broken pipe (errno "))
        #expect(texts[2].hasPrefix("read failed: Connection reset by peer (errno "))
        #expect(texts[3] == "\"db:6379\" is not an endpoint that exists")
        #expect(texts[4].hasPrefix("could not resolve \"db\": "))
        #expect(texts[5...] == ["unplugged", "the transport is closed"])
    }

    @Test func `readiness names its members`() {
        #expect(Readiness([.writable, .readable]).description == "[readable, writable]")
        #expect(Readiness([]).description == "[]")
    }
}
