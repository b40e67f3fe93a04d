// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

/// A small HTTP proxy that opens tunnels and does nothing else: the other side of ``ProxyConnector``.
final class TunnelProxy: Sendable {
    private let listener: SocketListener
    private let connector: any TransportConnector
    /// The value of `Proxy-Authorization` that lets somebody in; nil lets everybody in.
    private let authorization: String?

    /// Listens on a port of 127.0.0.1; 0 lets the system choose.
    init(port: Int, authorization: String? = nil, connector: any TransportConnector = SocketConnector()) throws {
        listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: port))
        self.connector = connector
        self.authorization = authorization
    }

    /// Where it listens.
    var endpoint: Endpoint { listener.endpoint }

    /// Serves until the task is cancelled.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                let client = ReadinessTransportAdapter(try await listener.accept())
                group.addTask { await self.serve(client) }
            }
        }
    }

    private func serve(_ client: ReadinessTransportAdapter) async {
        defer { client.close() }
        do {
            var head: [UInt8] = []
            while head.suffix(4) != [13, 10, 13, 10] {
                // One byte at a time: what comes behind the head belongs to the tunnel.
                let byte = try await client.read(atMost: 1)
                if byte.isEmpty || head.count > TunnelHandshake.limit { return }
                head += byte
            }
            let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
            guard let endpoint = target(of: lines.first ?? "") else {
                return try await answer(client, "400 Bad Request")
            }
            if let authorization, !lines.contains("Proxy-Authorization: \(authorization)") {
                return try await answer(client, "407 Proxy Authentication Required")
            }
            let server: ReadinessTransportAdapter
            do {
                server = ReadinessTransportAdapter(try await connector.connect(to: endpoint))
            } catch {
                return try await answer(client, "502 Bad Gateway")
            }
            defer { server.close() }
            try await answer(client, "200 Connection established")
            async let requests: Void = carry(from: client, to: server)
            async let replies: Void = carry(from: server, to: client)
            _ = try await (requests, replies)
        } catch {
            // The connection is over; there is nobody to tell.
        }
    }

    /// What a line such as `CONNECT host:port HTTP/1.1` asks for.
    private func target(of line: Substring) -> Endpoint? {
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "CONNECT", let colon = words[1].lastIndex(of: ":"),
            let port = Int(words[1][words[1].index(after: colon)...])
        else { return nil }
        return .tcp(host: words[1][..<colon].filter { $0 != "[" && $0 != "]" }, port: port)
    }

    private func answer(_ client: ReadinessTransportAdapter, _ status: String) async throws {
        try await client.write(Array("HTTP/1.1 \(status)\r\n\r\n".utf8).span)
    }

    private func carry(from source: ReadinessTransportAdapter, to target: ReadinessTransportAdapter) async throws {
        while true {
            let bytes = try await source.read(atMost: 64 * 1024)
            if bytes.isEmpty { return try await target.finishWriting() }
            try await target.write(bytes.span)
        }
    }
}
