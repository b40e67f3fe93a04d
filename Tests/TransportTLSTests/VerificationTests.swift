// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import ServerSupport
    import Testing
    import Transport

    @testable import TransportTLS

    @Suite struct VerificationTests {
        private static let authority = TestPeers.authority

        /// What a client says of a server that has this certificate; `nil` if it is content.
        private func failure(
            _ certificate: TestCertificate, chain: [TestCertificate] = [],
            to endpoint: Endpoint = TestPeers.endpoint, configure: (inout TLSConfiguration) -> Void = { _ in }
        ) async throws -> SecurityFailure? {
            var peers = TestPeers()
            (peers.certificate, peers.chain) = (certificate, chain)
            configure(&peers.client)
            do {
                let (client, _) = try await peers.connect(to: endpoint)
                client.close()
                return nil
            } catch TransportError.security(let failure) {
                return failure
            }
        }

        @Test(arguments: ["localhost", "LOCALHOST", "localhost.", "a.wild.test", "127.0.0.1", "::1", "::1%lo"])
        func `a server is accepted by each name of its certificate`(host: String) async throws {
            #expect(try await failure(TestPeers.server, to: .tcp(host: host, port: 1)) == nil)
        }

        @Test(arguments: ["other", "wild.test", "a.b.wild.test", "127.0.0.2", "::2", "server"])
        func `a server is refused by any other name, and told with the names it has`(host: String) async throws {
            let found = try await failure(TestPeers.server, to: .tcp(host: host, port: 1))
            let names = ["localhost", "*.wild.test", "127.0.0.1", "0:0:0:0:0:0:0:1"]
            #expect(found == .wrongHost(wanted: host, certificateNames: names))
        }

        @Test func `the subject of a certificate is no name`() async throws {
            let named = Self.authority.issue("localhost")
            #expect(try await failure(named) == .wrongHost(wanted: "localhost", certificateNames: []))
        }

        @Test func `a certificate's time counts`() async throws {
            let (past, future) = (-7200 ... -3600, 3600...7200)
            let names = "DNS:localhost"
            let expired = Self.authority.issue("old", names: names, validFor: past)
            let early = Self.authority.issue("new", names: names, validFor: future)
            #expect(try await failure(expired) == .certificateExpired(subject: "CN=old"))
            #expect(try await failure(early) == .certificateNotYetValid(subject: "CN=new"))
        }

        @Test func `somebody who is trusted must vouch for a server`() async throws {
            let names = "DNS:localhost"
            let stranger = TestCertificate.authority("a stranger").issue("server", names: names)
            let itself = TestCertificate.selfSigned("itself", names: names)
            for (certificate, subject) in [(stranger, "CN=server"), (itself, "CN=itself")] {
                guard case .untrusted(subject, _)? = try await failure(certificate) else {
                    Issue.record("\(subject) is accepted, or refused for another reason")
                    continue
                }
            }
            #expect(try await failure(stranger) { $0.authorities = [.pem(itself.pem)] } != nil)
            #expect(try await failure(itself) { $0.authorities += [.pem(itself.pem)] } == nil)
        }

        @Test func `an intermediate authority counts if the server sends it`() async throws {
            let intermediate = Self.authority.issue("intermediate", isAuthority: true)
            let server = intermediate.issue("server", names: "DNS:localhost")
            #expect(try await failure(server, chain: [intermediate]) == nil)
            guard case .untrusted(subject: "CN=server", _)? = try await failure(server) else {
                Issue.record("a chain with a hole in it is accepted")
                return
            }
            // One who may not vouch for others doesn't.
            let impostor = TestPeers.server.issue("server", names: "DNS:localhost")
            #expect(try await failure(impostor, chain: [TestPeers.server]) != nil)
        }

        @Test func `without the tests' authority, those of the system don't know the server`() async throws {
            guard case .untrusted? = try await failure(TestPeers.server, configure: { $0.authorities = [.system] })
            else {
                Issue.record("the system vouches for the tests' server")
                return
            }
            #expect(try await failure(TestPeers.server) { $0.authorities = [] } != nil)
        }

        @Test func `a configured name is wanted instead of the endpoint's`() async throws {
            let elsewhere = Endpoint.tcp(host: "10.0.0.1", port: 1)
            #expect(try await failure(TestPeers.server, to: elsewhere) { $0.serverName = "localhost" } == nil)
            let socket = Endpoint.unix(path: "/run/valkey.sock")
            #expect(try await failure(TestPeers.server, to: socket) { $0.serverName = "localhost" } == nil)
            #expect(try await failure(TestPeers.server, to: socket) == .serverNameMissing)
            #expect(try await failure(TestPeers.server) { $0.serverName = "other" } != nil)
        }

        @Test func `what is turned off by a loud name is off, and nothing else`() async throws {
            let wrongHost = Self.authority.issue("server", names: "DNS:other")
            let stranger = TestCertificate.selfSigned("stranger", names: "DNS:other")
            let expired = Self.authority.issue("old", names: "DNS:localhost", validFor: -7200 ... -3600)
            #expect(try await failure(wrongHost) { $0.verification = .dangerouslyIgnoringHost } == nil)
            #expect(try await failure(stranger) { $0.verification = .dangerouslyIgnoringHost } != nil)
            #expect(try await failure(expired) { $0.verification = .dangerouslyIgnoringHost } != nil)
            for certificate in [wrongHost, stranger, expired] {
                #expect(try await failure(certificate) { $0.verification = .dangerouslyAcceptingAnyServer } == nil)
            }
        }
    }

#endif
