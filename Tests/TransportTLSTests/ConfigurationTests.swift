// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import ServerSupport
    import Synchronization
    import Testing
    import ToolkitTesting
    import Transport

    @testable import TransportTLS

    @Suite struct ConfigurationTests {
        private let folder = try? TestFolder()
        private static let client = TestPeers.authority.issue("client")
        private static let other = TestPeers.authority.issue("other")

        private func file(_ bytes: [UInt8], _ name: String) throws -> String {
            try #require(folder).write(bytes, to: name)
        }

        private func error(_ configure: (inout TLSConfiguration) throws -> Void) throws -> TLSConfigurationError? {
            var configuration = TLSConfiguration()
            configuration.authorities = []
            try configure(&configuration)
            do {
                _ = try TLSProvider(configuration)
                return nil
            } catch {
                return error
            }
        }

        @Test func `what can't be used is named when the provider is made`() throws {
            let certificate = try file(Self.client.pem, "client.crt")
            let key = try file(Self.client.keyPEM(), "client.key")
            let otherKey = try file(Self.other.keyPEM(), "other.key")
            let text = try file(Array("no PEM\n".utf8), "text")
            let torn = try file(Self.client.pem + Array(Self.other.pem.prefix(200)), "torn.crt")
            let large = try file([UInt8](repeating: 10, count: 2 << 20), "large")
            let missing = "\(try #require(folder).path)/missing"

            #expect(try error { $0.authorities = [.file(certificate), .directory(try #require(folder).path)] } == nil)
            #expect(try error { $0.authorities = [.file(missing)] } == .unreadableFile(path: missing, errno: 2))
            #expect(try error { $0.authorities = [.file(text)] } == .malformedCertificates(source: text))
            #expect(try error { $0.authorities = [.file(torn)] } == .malformedCertificates(source: torn))
            #expect(try error { $0.authorities = [.file(large)] } == .fileTooLarge(path: large))
            #expect(try error { $0.authorities = [.pem([])] } == .malformedCertificates(source: "PEM bytes"))

            func identity(_ certificate: String, _ key: String) throws -> TLSConfigurationError? {
                try error { $0.identity = ClientIdentity(certificateFile: certificate, keyFile: key) }
            }
            #expect(try identity(certificate, key) == nil)
            #expect(try identity(missing, key) == .unreadableFile(path: missing, errno: 2))
            #expect(try identity(key, key) == .malformedCertificates(source: key))
            #expect(try identity(torn, key) == .malformedCertificates(source: torn))
            #expect(try identity(certificate, text) == .malformedKey(source: text))
            #expect(try identity(certificate, otherKey) == .keyMismatch(certificates: certificate, key: otherKey))
            #expect(try error { $0.cipherList = "nonsense" } == .unknownCiphers)
            #expect(try error { $0.cipherSuites = "nonsense" } == .unknownCiphers)
            #expect(try error { ($0.minimumVersion, $0.maximumVersion) = (.tls13, .tls12) } == .noVersion)
            #expect(try error { $0.serverName = "" } == .invalidServerName)
            #expect(try error { $0.serverName = "a\0b" } == .invalidServerName)
        }

        @Test(arguments: [("right", nil), ("wrong", true), ("", true), (nil, true)] as [(String?, Bool?)])
        func `an encrypted key needs its password`(password: String?, isWrong: Bool?) throws {
            let certificate = try file(Self.client.pem, "client.crt")
            let key = try file(Self.client.keyPEM(password: "right"), "client.key")
            let found = try error {
                $0.identity = ClientIdentity(certificateFile: certificate, keyFile: key, password: password)
            }
            #expect(found == isWrong.map { _ in .wrongKeyPassword(source: key) })
        }

        @Test func `nothing that is printed shows a key or a password`() throws {
            let pem = ClientIdentity.PEM(
                certificates: Self.client.pem, key: Array("-----the key-----".utf8), password: "hunter2")
            var configuration = TLSConfiguration()
            configuration.identity = ClientIdentity(pem)
            var texts = ["\(pem)", String(reflecting: pem), "\(configuration)", String(reflecting: configuration)]
            for value in [pem, configuration, ClientIdentity(certificateFile: "c", keyFile: "k", password: "hunter2")]
                as [Any]
            {
                var text = ""
                dump(value, to: &text)
                texts += [text, "\(value)", String(reflecting: value)]
            }
            configuration.identity = ClientIdentity(
                ClientIdentity.PEM(
                    certificates: Self.client.pem, key: Self.client.keyPEM(password: "hunter2"), password: "hunter2"))
            let provider = try TLSProvider(configuration)
            var text = ""
            dump(provider, to: &text)
            texts += [text, "\(provider)", String(reflecting: provider)]
            for text in texts {
                #expect(!text.contains("hunter2") && !text.contains("the key") && !text.contains("45, 45"))
            }
        }

        // MARK: Files that change

        /// The client certificate that a server sees.
        private func accepted(_ provider: TLSProvider, by authority: TestCertificate) async throws -> Bool {
            var peers = TestPeers()
            peers.clientAuthority = authority
            peers.serverVersions = .tls12 ... .tls12
            do {
                _ = try await peers.connect(provider: provider)
                return true
            } catch TransportError.security(.clientCertificateRefused) {
                return false
            }
        }

        @Test func `files that changed are read for the next connection, and only when they fit together`() async throws
        {
            let (first, second) = (TestCertificate.authority("first"), TestCertificate.authority("second"))
            let (old, new) = (first.issue("old"), second.issue("new"))
            let certificate = try file(old.pem, "client.crt")
            let key = try file(old.keyPEM(), "client.key")
            var configuration = TestPeers().client
            configuration.identity = ClientIdentity(certificateFile: certificate, keyFile: key)
            let provider = try TLSProvider(configuration)
            #expect(try await accepted(provider, by: first))
            #expect(try await !accepted(provider, by: second))
            #expect(provider.lastReloadFailure == nil)

            _ = try file(new.pem, "client.crt")
            #expect(try await accepted(provider, by: first))
            #expect(provider.lastReloadFailure == .keyMismatch(certificates: certificate, key: key))
            _ = try file(new.keyPEM(), "client.key")
            #expect(try await accepted(provider, by: second))
            #expect(try await !accepted(provider, by: first))
            #expect(provider.lastReloadFailure == nil)
        }

        @Test func `authorities that changed are read for the next connection`() async throws {
            let (first, second) = (TestCertificate.authority("first"), TestCertificate.authority("second"))
            var peers = TestPeers()
            let path = try file(first.pem, "ca.crt")
            peers.client.authorities = [.file(path)]
            let provider = try TLSProvider(peers.client)
            peers.certificate = second.issue("server", names: "DNS:localhost")
            await #expect(throws: TransportError.self) { try await peers.connect(provider: provider) }
            _ = try file(first.pem + second.pem, "ca.crt")
            _ = try await peers.connect(provider: provider)
            // Half of a file: what could be used last is used.
            _ = try file(Array(first.pem.prefix(100)), "ca.crt")
            _ = try await peers.connect(provider: provider)
            #expect(provider.lastReloadFailure == .malformedCertificates(source: path))
        }

        @Test func `a provider of the identity is asked before each connection`() async throws {
            let (first, second) = (TestCertificate.authority("first"), TestCertificate.authority("second"))
            struct Refused: Error {}
            let given = Mutex<Result<TestCertificate, Refused>>(.failure(Refused()))
            var configuration = TestPeers().client
            configuration.identity = ClientIdentity(provider: {
                let certificate = try given.withLock { $0 }.get()
                return ClientIdentity.PEM(certificates: certificate.pem, key: certificate.keyPEM())
            })
            let provider = try TLSProvider(configuration)
            let (mine, _) = InMemoryTransport.pair()
            let error = await #expect(throws: TransportError.self) {
                try await provider.secure(mine, to: TestPeers.endpoint)
            }
            guard case .security(.materialUnusable)? = error else {
                Issue.record("got \(String(describing: error))")
                return
            }
            #expect(mine.isClosed)
            given.withLock { $0 = .success(first.issue("old")) }
            #expect(try await accepted(provider, by: first))
            given.withLock { $0 = .success(second.issue("new")) }
            #expect(try await accepted(provider, by: second))
        }
    }

#endif
