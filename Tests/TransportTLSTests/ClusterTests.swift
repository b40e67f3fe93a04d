// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import ServerSupport
    import Testing
    import TransportTLS
    import ValkeyToolkit

    /// Names are the tests' own.
    private struct LoopbackResolver: AddressResolver {
        func addresses(of host: String, port: UInt16) async throws -> [SocketAddress] {
            guard host.hasSuffix(".test") else { throw TransportError.nameNotResolved(host: host, code: -2) }
            return SocketAddress(ip: "127.0.0.1", port: port).map { [$0] } ?? []
        }
    }

    @Suite struct ClusterTests {
        /// Starts a cluster in which each node has a name of its own, and a certificate for the names given.
        private func start(_ version: ServerVersion, names: (Int) -> String) async throws -> TestCluster {
            let certificates = (0..<3).map { TestPeers.authority.issue("node \($0)", names: names($0)) }
            return try await TestCluster.start(
                version,
                nodeOptions: { index in
                    [
                        "--cluster-announce-hostname", "node-\(index).test",
                        "--cluster-preferred-endpoint-type", "hostname",
                    ]
                }, tls: { TestTLS(certificates[$0]) })
        }

        private func client(_ cluster: TestCluster) throws -> ValkeyClusterClient {
            let port = try #require(cluster.nodes[0].tlsPort)
            var configuration = try ClusterConfiguration(
                url: "valkeys://node-0.test:\(port)", security: TLSProvider(.testing))
            configuration.node.connectTimeout = .seconds(50)
            configuration.node.commandTimeout = .seconds(50)
            configuration.nodePatience = .seconds(20)
            let connector = SocketConnector(resolver: LoopbackResolver())
            return try ValkeyClusterClient(configuration, environment: ClientEnvironment(connector: connector))
        }

        @Test(arguments: ServerVersion.allCases)
        func `each node of a cluster proves to be itself`(version: ServerVersion) async throws {
            let cluster = try await start(version) { "DNS:node-\($0).test" }
            let client = try client(cluster)
            defer { client.close() }
            for number in 0..<60 { try await client.set("key \(number)", "\(number)") }
            for number in 0..<60 { #expect(try await client.get("key \(number)", as: Int.self) == number) }
            let ports = Set(client.slotMap.nodes.map(\.port))
            #expect(ports == Set(cluster.nodes.compactMap(\.tlsPort)))
            #expect(Set(client.slotMap.nodes.map(\.host)) == ["node-0.test", "node-1.test", "node-2.test"])
            try await client.withSubscription(to: "news") { messages in
                try await client.publish("news", "hello")
                for try await event in messages {
                    guard case .message(let message) = event else { continue }
                    #expect(String(message.payload) == "hello")
                    break
                }
            }
        }

        @Test func `a node with the certificate of another one is refused, and the others serve`() async throws {
            let cluster = try await start(.valkey9) { $0 == 2 ? "DNS:node-1.test" : "DNS:node-\($0).test" }
            let client = try client(cluster)
            defer { client.close() }
            var refused = 0
            for number in 0..<30 {
                let key = "key \(number)"
                let owner = (0..<3).first { HashSlot(ofKey: key.bulkString).index < 16_384 * ($0 + 1) / 3 }
                if owner == 2 {
                    refused += 1
                    await #expect(throws: (any Error).self) { try await client.set(key, "v") }
                } else {
                    try await client.set(key, "v")
                }
            }
            #expect(refused > 0)
        }
    }

#endif
