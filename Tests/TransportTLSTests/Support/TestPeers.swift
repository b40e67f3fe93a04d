// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import ServerSupport
    import ToolkitTesting
    import Transport

    @testable import TransportTLS

    /// What both ends of a connection of a test are.
    struct TestPeers: Sendable {
        static let authority = TestCertificate.authority("the tests' authority")
        static let server = authority.issue("server", names: "DNS:localhost,DNS:*.wild.test,IP:127.0.0.1,IP:::1")

        /// The server's certificate, its chain's others, and the authority it wants clients to be known by.
        var certificate = server
        var chain: [TestCertificate] = []
        var clientAuthority: TestCertificate?
        var requiresClientCertificate = true
        var serverVersions = TLSVersion.tls12...TLSVersion.tls13
        var tickets = 0
        var client: TLSConfiguration

        init() {
            client = TLSConfiguration()
            client.authorities = [.pem(Self.authority.pem)]
        }

        func makeServerContext() throws -> TLSContext {
            let context = try TLSContext(isServer: true)
            var configuration = TLSConfiguration()
            configuration.minimumVersion = serverVersions.lowerBound
            configuration.maximumVersion = serverVersions.upperBound
            try context.set(configuration)
            let certificates = ([certificate] + chain).flatMap(\.pem)
            try context.use(
                TLSContext.Identity(
                    pem: ClientIdentity.PEM(certificates: certificates, key: certificate.keyPEM()),
                    certificateSource: "server", keySource: "server"))
            if let clientAuthority {
                try context.trust(pem: clientAuthority.pem, source: "authority")
                context.requireClientCertificate(requiresClientCertificate)
            }
            context.setTickets(tickets)
            return context
        }

        static let endpoint = Endpoint.tcp(host: "localhost", port: 6379)

        /// Connects both ends over the ends of another connection.
        func connect(
            _ below: (any ReadinessTransport, any ReadinessTransport) = InMemoryTransport.pair(),
            to endpoint: Endpoint = endpoint, provider: TLSProvider? = nil, context: TLSContext? = nil
        ) async throws -> (client: TLSTransport, server: TLSTransport) {
            let provider = try provider ?? TLSProvider(client)
            let server = TLSTransport(below.1, try TLSEngine(server: try context ?? makeServerContext()))
            async let accepted: Void = server.handshake()
            do {
                let client = try await provider.open(below.0, to: endpoint)
                try await accepted
                return (client, server)
            } catch {
                // What the server met is the client's doing.
                _ = try? await accepted
                throw error
            }
        }
    }

#endif
