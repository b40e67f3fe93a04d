// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import ServerSupport
    import Testing
    import ToolkitTesting
    import Transport

    @testable import TransportTLS

    @Suite struct HandshakeTests {
        private static let clientAuthority = TestCertificate.authority("the clients' authority")

        private func identity(of certificate: TestCertificate) -> ClientIdentity {
            ClientIdentity(ClientIdentity.PEM(certificates: certificate.pem, key: certificate.keyPEM()))
        }

        /// What a client meets that reads once after its handshake: in TLS 1.3 a server looks at the client's certificate later.
        private func failure(_ peers: TestPeers) async throws -> SecurityFailure? {
            do {
                let (client, server) = try await peers.connect()
                try await TransportStream(server).write("hello")
                #expect(try await TransportStream(client).read(exactly: 5).count == 5)
                return nil
            } catch TransportError.security(let failure) {
                return failure
            }
        }

        @Test(arguments: TLSVersion.allCases)
        func `a server that wants a certificate gets it`(version: TLSVersion) async throws {
            var peers = TestPeers()
            peers.serverVersions = version...version
            peers.clientAuthority = Self.clientAuthority
            peers.client.identity = identity(of: Self.clientAuthority.issue("client"))
            #expect(try await failure(peers) == nil)
        }

        @Test(arguments: TLSVersion.allCases)
        func `a server that only asks for a certificate does without`(version: TLSVersion) async throws {
            var peers = TestPeers()
            peers.serverVersions = version...version
            peers.clientAuthority = Self.clientAuthority
            peers.requiresClientCertificate = false
            #expect(try await failure(peers) == nil)
        }

        @Test func `versions must have one in common`() async throws {
            var old = TestPeers()
            old.serverVersions = .tls12 ... .tls12
            old.client.minimumVersion = .tls13
            #expect(try await failure(old) == .noCommonVersion)
            var new = TestPeers()
            new.serverVersions = .tls13 ... .tls13
            new.client.maximumVersion = .tls12
            #expect(try await failure(new) == .noCommonVersion)
        }

        @Test(arguments: TLSVersion.allCases)
        func `the newest common version is spoken`(version: TLSVersion) async throws {
            var peers = TestPeers()
            peers.serverVersions = .tls12...version
            let (client, _) = try await peers.connect()
            #expect(client.session.version == "TLSv1.\(version.rawValue)")
        }

        @Test func `ciphers must have one in common`() async throws {
            var peers = TestPeers()
            peers.client.maximumVersion = .tls12
            // The tests' keys are of elliptic curves.
            peers.client.cipherList = "aRSA+AESGCM"
            #expect(try await failure(peers) == .noCommonParameters)
        }

        // MARK: Peers that don't speak TLS

        @Test(arguments: [
            ("-ERR unknown command '\u{16}\u{3}', with args\r\nmore", "-ERR unknown command '??', with args"),
            ("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 400 Bad Request"),
            ("+OK\r\n", "+OK"), ("\u{0}\u{1}", "??"),
        ])
        func `a server that answers otherwise is told so, with what it said`(answer: String, told: String) async throws
        {
            let (mine, other) = InMemoryTransport.pair()
            let server = TransportStream(other)
            let provider = try TLSProvider()
            try await server.write(answer)
            await #expect(throws: TransportError.security(.peerSpeaksNoTLS(answer: told))) {
                try await provider.secure(mine, to: TestPeers.endpoint)
            }
            // All that left is the beginning of a handshake, and the transport is closed.
            let sent = try await server.readToEnd()
            #expect(sent.first == 22)
            #expect(mine.isClosed)
        }

        /// A server of lines looks for the end of one up to the first zero byte, and there is one right behind the length.
        @Test(arguments: TLSVersion.allCases)
        func `every hello is so long that a server without TLS takes its length for the end of a line`(
            version: TLSVersion
        ) async throws {
            var configuration = TLSConfiguration()
            (configuration.minimumVersion, configuration.maximumVersion) = (version, version)
            let provider = try TLSProvider(configuration)
            for length in 1...63 {
                let (mine, other) = InMemoryTransport.pair()
                let server = TransportStream(other)
                try await server.write("-ERR\r\n")
                let host = String(repeating: "h", count: length)
                _ = try? await provider.secure(mine, to: .tcp(host: host, port: 1))
                let hello = try await server.readToEnd()
                let size = Int(hello[3]) << 8 + Int(hello[4])
                #expect(hello[4] == 10 && !hello[..<5].contains(0), "a name of \(length): \(hello.prefix(8))")
                #expect(hello.count == size + 5, "a name of \(length): more than the hello's record")
            }
        }

        @Test func `a server that hangs up in the handshake has cut it off`() async throws {
            let (mine, other) = InMemoryTransport.pair()
            other.close()
            await #expect(throws: TransportError.self) { try await TLSProvider().secure(mine, to: TestPeers.endpoint) }
            let (second, silent) = InMemoryTransport.pair()
            try silent.finishWriting()
            await #expect(throws: TransportError.security(.truncated)) {
                try await TLSProvider().secure(second, to: TestPeers.endpoint)
            }
            #expect(second.isClosed)
        }

        @Test func `cancelling ends the handshake at once and closes`() async throws {
            let (mine, silent) = InMemoryTransport.pair()
            let server = TransportStream(silent)
            let handshake = Task { try await TLSProvider().secure(mine, to: TestPeers.endpoint) }
            // It is under way when its first bytes have come.
            _ = try await server.read(exactly: 1)
            handshake.cancel()
            await #expect(throws: CancellationError.self) { try await handshake.value }
            #expect(mine.isClosed)
        }

        // MARK: Certificates of clients

        @Test(arguments: TLSVersion.allCases)
        func `a server that insists on a certificate is told as such`(version: TLSVersion) async throws {
            var peers = TestPeers()
            peers.serverVersions = version...version
            peers.clientAuthority = Self.clientAuthority
            #expect(try await failureOfClient(peers) == .clientCertificateRequired)
        }

        @Test(arguments: TLSVersion.allCases)
        func `a server that refuses a certificate is told as such`(version: TLSVersion) async throws {
            var peers = TestPeers()
            peers.serverVersions = version...version
            peers.clientAuthority = Self.clientAuthority
            let stranger = TestCertificate.authority("a stranger").issue("client")
            peers.client.identity = identity(of: stranger)
            guard case .clientCertificateRefused? = try await failureOfClient(peers) else {
                Issue.record("accepted, or refused for another reason")
                return
            }
        }

        /// What the client alone meets, when it is told by its first read at the latest.
        private func failureOfClient(_ peers: TestPeers) async throws -> SecurityFailure? {
            let (mine, other) = InMemoryTransport.pair()
            let server = TLSTransport(other, try TLSEngine(server: try peers.makeServerContext()))
            let accepting = Task { try await server.handshake() }
            do {
                let client = try await TLSProvider(peers.client).open(mine, to: TestPeers.endpoint)
                _ = try await TransportStream(client).read()
                return nil
            } catch TransportError.security(let failure) {
                await #expect(throws: TransportError.self) { try await accepting.value }
                return failure
            }
        }
    }

#endif
