// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import ServerSupport
    import ToolkitTesting
    import TransportTLS
    import ValkeyToolkit

    extension TestTLS {
        /// A server with this certificate, whose clients the tests' authority vouches for.
        init(
            _ certificate: TestCertificate = TestPeers.server, clients: Clients = .dontAsk,
            authority: TestCertificate = TestPeers.authority
        ) {
            self.init(certificates: certificate.pem, key: certificate.keyPEM(), authorities: authority.pem)
            self.clients = clients
        }
    }

    extension ClientIdentity {
        /// The identity of a certificate of the tests.
        init(_ certificate: TestCertificate, password: String? = nil) {
            self.init(
                ClientIdentity.PEM(
                    certificates: certificate.pem, key: certificate.keyPEM(password: password), password: password))
        }
    }

    extension TLSConfiguration {
        /// One that trusts the tests' authority.
        static var testing: TLSConfiguration {
            var configuration = TLSConfiguration()
            configuration.authorities = [.pem(TestPeers.authority.pem)]
            return configuration
        }
    }

    extension NodeConfiguration {
        /// Over TLS, with limits so wide that no machine is too slow to keep them.
        static func patient(_ endpoint: Endpoint, _ tls: TLSConfiguration) throws -> NodeConfiguration {
            var configuration = NodeConfiguration(endpoint: endpoint)
            configuration.security = try TLSProvider(tls)
            configuration.connectTimeout = .seconds(50)
            configuration.commandTimeout = .seconds(50)
            return configuration
        }
    }

    extension TestServer {
        /// Lends a client that speaks TLS with this server.
        func withTLSClient<R>(
            _ tls: TLSConfiguration = .testing, host: String = "localhost",
            configure: (inout NodeConfiguration) -> Void = { _ in }, _ body: (ValkeyClient) async throws -> R
        ) async throws -> R {
            var configuration = try NodeConfiguration.patient(tlsEndpoint(host: host), tls)
            configure(&configuration)
            let client = ValkeyClient(configuration)
            defer { client.close() }
            return try await body(client)
        }

        /// Why a client's first command fails; `nil` if it doesn't. What else a call throws is thrown.
        func securityFailure(_ tls: TLSConfiguration = .testing, host: String = "localhost") async throws
            -> SecurityFailure?
        {
            do {
                _ = try await withTLSClient(tls, host: host) { try await $0.get("k") }
                return nil
            } catch TransportError.security(let failure) {
                return failure
            }
        }
    }

#endif
