// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import Transport

@testable import custom_transports

@Suite struct TunnelHandshakeTests {
    private let endpoint = Endpoint.tcp(host: "valkey.internal", port: 6379)

    @Test func `it asks for the endpoint, and says who asks if told so`() throws {
        let plain = try TunnelHandshake(to: endpoint)
        #expect(
            String(decoding: plain.request, as: UTF8.self)
                == "CONNECT valkey.internal:6379 HTTP/1.1\r\nHost: valkey.internal:6379\r\n\r\n")
        let known = try TunnelHandshake(to: .tcp(host: "::1", port: 1), authorization: "Basic YTpi")
        #expect(
            String(decoding: known.request, as: UTF8.self)
                == "CONNECT [::1]:1 HTTP/1.1\r\nHost: [::1]:1\r\nProxy-Authorization: Basic YTpi\r\n\r\n")
    }

    @Test(arguments: [
        Endpoint.unix(path: "/tmp/socket"), .tcp(host: "", port: 1), .tcp(host: "a", port: 0),
        .tcp(host: "a b", port: 1),
        .tcp(host: "a\r\nX: y", port: 1), .tcp(host: "a", port: 70_000),
    ])
    func `there is no tunnel to what would not be a host and a port`(endpoint: Endpoint) {
        #expect(throws: ProxyError.unsupportedEndpoint(endpoint)) { try TunnelHandshake(to: endpoint) }
    }

    @Test func `however the answer is cut, what is behind it belongs to the tunnel`() throws {
        let answer = Array("HTTP/1.1 200 Connection established\r\nVia: here\r\n\r\n+PONG".utf8)
        let headCount = answer.count - 5
        for cut in 1..<answer.count {
            var handshake = try TunnelHandshake(to: endpoint)
            var rest = try handshake.receive(Array(answer[..<cut]))
            #expect((rest == nil) == (cut < headCount))
            if rest == nil { rest = try handshake.receive(Array(answer[cut...])) }
            #expect(rest == Array(answer[headCount..<(cut < headCount ? answer.count : cut)]))
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", ProxyError.authenticationRequired),
        ("HTTP/1.0 502 Bad Gateway\r\nA: b\r\n\r\n", .refused(status: 502, reason: "Bad Gateway")),
        ("HTTP/1.1 403\r\n\r\n", .refused(status: 403, reason: "")),
        ("HTTP/2 200\r\n\r\n", .malformedAnswer), ("-ERR unknown command\r\n\r\n", .malformedAnswer),
        ("HTTP/1.1 20\r\n\r\n", .malformedAnswer), ("\r\n\r\n", .malformedAnswer), ("", .hungUp),
    ])
    func `what is no tunnel is told as what it is`(answer: String, error: ProxyError) throws {
        var handshake = try TunnelHandshake(to: endpoint)
        #expect(throws: error) { try handshake.receive(Array(answer.utf8)) }
    }

    @Test func `an answer without an end is not read forever`() throws {
        var handshake = try TunnelHandshake(to: endpoint)
        let line = [UInt8](repeating: 65, count: 1000)
        #expect(throws: ProxyError.answerTooLong(limit: TunnelHandshake.limit)) {
            while try handshake.receive(line) == nil {}
        }
    }
}
