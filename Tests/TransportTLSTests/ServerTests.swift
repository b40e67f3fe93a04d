// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import ServerSupport
    import Testing
    import ToolkitTesting
    import TransportTLS
    import ValkeyToolkit

    /// The lines of servers to run tests on; the library's type of this name is a version by its numbers.
    typealias ServerVersion = ServerSupport.ServerVersion

    /// Real servers, through the client from end to end.
    @Suite struct ServerTests {
        @Test(arguments: ServerVersion.allCases, TLSVersion.allCases)
        func `a client speaks TLS with a server of one version`(version: ServerVersion, tls: TLSVersion) async throws {
            var setup = TestTLS()
            setup.options = ["--tls-protocols", tls == .tls12 ? "TLSv1.2" : "TLSv1.3"]
            let server = try await TestServer.start(version, options: ["--requirepass", "secret"], tls: setup)
            defer { server.kill() }
            let url = "valkeys://:secret@localhost:\(try #require(server.tlsPort))"
            try await withValkeyClient(url, security: TLSProvider(.testing)) { client in
                try await client.set("k", "v")
                #expect(try await client.get("k", as: String.self) == "v")
                let (_, number, text) = try await client.pipeline(
                    .set("a", "1"), .incr("a"), .get("a", as: String.self))
                #expect(number == 2 && text == "2")
                let large = String(repeating: "0123456789abcdef", count: 4 << 16)
                try await client.set("large", large)
                #expect(try await client.get("large", as: String.self) == large)
            }
            var other = TLSConfiguration.testing
            if tls == .tls12 { other.minimumVersion = .tls13 } else { other.maximumVersion = .tls12 }
            #expect(try await server.securityFailure(other) == .noCommonVersion)
        }

        @Test(arguments: ServerVersion.allCases)
        func `many tasks share a connection, and each gets its own replies`(version: ServerVersion) async throws {
            let server = try await TestServer.start(version, tls: TestTLS())
            defer { server.kill() }
            try await server.withTLSClient { client in
                try await withThrowingTaskGroup { group in
                    for task in 0..<32 {
                        group.addTask {
                            for number in 0..<200 {
                                let text = "\(task):\(number)"
                                let answer = try await client.echo(text, as: String.self)
                                #expect(answer == text)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test(arguments: ServerVersion.allCases)
        func `subscribers hear what is published`(version: ServerVersion) async throws {
            let server = try await TestServer.start(version, tls: TestTLS())
            defer { server.kill() }
            try await server.withTLSClient { client in
                try await client.withSubscription(to: "news") { messages in
                    for number in 0..<100 { try await client.publish("news", "\(number)") }
                    var next = 0
                    for try await event in messages {
                        guard case .message(let message) = event else { continue }
                        #expect(String(message.payload) == "\(next)")
                        next += 1
                        if next == 100 { break }
                    }
                }
            }
        }

        @Test(arguments: ServerVersion.allCases, TLSVersion.allCases)
        func `a server that insists on a certificate is told from one that doesn't`(
            version: ServerVersion, tls: TLSVersion
        ) async throws {
            let strict = try await TestServer.start(version, tls: TestTLS(clients: .mustHaveCertificates))
            let lenient = try await TestServer.start(version, tls: TestTLS(clients: .mayHaveCertificates))
            defer {
                strict.kill()
                lenient.kill()
            }
            var client = TLSConfiguration.testing
            (client.minimumVersion, client.maximumVersion) = (tls, tls)
            #expect(try await strict.securityFailure(client) == .clientCertificateRequired)
            #expect(try await lenient.securityFailure(client) == nil)
            client.identity = ClientIdentity(TestPeers.authority.issue("client"), password: "secret")
            #expect(try await strict.securityFailure(client) == nil)
            #expect(try await lenient.securityFailure(client) == nil)
            client.identity = ClientIdentity(TestCertificate.authority("a stranger").issue("client"))
            for server in [strict, lenient] {
                guard case .clientCertificateRefused? = try await server.securityFailure(client) else {
                    Issue.record("a stranger's certificate is accepted, or refused for another reason")
                    continue
                }
            }
        }

        @Test(arguments: ServerVersion.allCases)
        func `a server must be who it is said to be`(version: ServerVersion) async throws {
            let server = try await TestServer.start(version, tls: TestTLS())
            defer { server.kill() }
            for host in ["localhost", "127.0.0.1"] { #expect(try await server.securityFailure(host: host) == nil) }
            var configuration = TLSConfiguration.testing
            configuration.serverName = "other"
            guard case .wrongHost(wanted: "other", _)? = try await server.securityFailure(configuration) else {
                Issue.record("accepted, or refused for another reason")
                return
            }
            guard case .untrusted? = try await server.securityFailure(TLSConfiguration()) else {
                Issue.record("the system vouches for the tests' server")
                return
            }
        }

        @Test func `an expired certificate ends the waiting of every caller, also after a restart`() async throws {
            let expired = TestPeers.authority.issue("old", names: "DNS:localhost", validFor: -7200 ... -3600)
            let server = try await TestServer.start(.valkey9, tls: TestTLS())
            defer { server.kill() }
            try await server.withTLSClient { client in
                try await client.set("k", "v")
                try await server.reconfigure(TestTLS(expired), named: "expired")
                try await server.cli("CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES")
                let calls = (0..<4).map { _ in Task { try await client.get("k") } }
                for call in calls {
                    await #expect(throws: TransportError.security(.certificateExpired(subject: "CN=old"))) {
                        try await call.value
                    }
                }
                try await server.reconfigure(TestTLS(), named: "renewed")
                #expect(try await client.get("k", as: String.self) == "v")
            }
        }

        /// On a clock that never moves: it is the server's words that end the wait.
        @Test(arguments: ServerVersion.allCases, ["secret", ""])
        func `a port without TLS is told as such at once, and no password is sent to it`(
            version: ServerVersion, password: String
        ) async throws {
            let server = try await TestServer.start(
                version, options: password.isEmpty ? [] : ["--requirepass", password])
            defer { server.kill() }
            var environment = ClientEnvironment.live
            environment.sleep = { _ in try await Gate().wait() }
            // The longer a name is, the longer is the hello, whose length the server must take for the end of a line.
            for host in ["localhost", "127.0.0.1"] {
                var configuration = try NodeConfiguration(
                    url: "valkeys://:secret@\(host):\(server.port)", security: TLSProvider(.testing))
                configuration.commandTimeout = nil
                let client = ValkeyClient(configuration, environment: environment)
                defer { client.close() }
                let error = await #expect(throws: TransportError.self) { try await client.connect() }
                guard case .security(.peerSpeaksNoTLS(let answer))? = error else {
                    Issue.record("got \(String(describing: error))")
                    continue
                }
                #expect(answer.hasPrefix("-ERR unknown command") || answer.hasPrefix("-NOAUTH"), "\(answer)")
            }
            let calls = try await server.cli("INFO", "commandstats").decode(as: String.self)
            #expect(!calls.contains("cmdstat_hello"))
        }

        @Test func `a server that never says a word is told as such when the time is over`() async throws {
            // It takes connections, and nobody reads them.
            let silent = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
            defer { silent.close() }
            let begun = Gate()
            var environment = ClientEnvironment.live
            environment.sleep = { _ in try await begun.wait() }
            var configuration = NodeConfiguration(endpoint: silent.endpoint)
            configuration.security = try TellingSecurity(TLSProvider(.testing), begun)
            configuration.commandTimeout = nil
            let client = ValkeyClient(configuration, environment: environment)
            defer { client.close() }
            let error = await #expect(throws: ConnectionError.self) { try await client.connect() }
            guard case .connectTimedOut(let cause)? = error else {
                Issue.record("got \(String(describing: error))")
                return
            }
            #expect(cause as? TransportError == .security(.handshakeUnanswered))
        }

        @Test func `a later connection takes up the session of an earlier one`() async throws {
            for version in TLSVersion.allCases {
                let server = try await TestServer.start(.valkey9, tls: TestTLS())
                defer { server.kill() }
                var configuration = TLSConfiguration.testing
                (configuration.minimumVersion, configuration.maximumVersion) = (version, version)
                let provider = try TLSProvider(configuration)
                var resumed: [Bool] = []
                for _ in 0..<3 {
                    let plain = try await SocketConnector().connect(to: server.tlsEndpoint())
                    let secured = try await provider.open(plain, to: server.tlsEndpoint())
                    let stream = TransportStream(secured)
                    try await stream.write("PING\r\n")
                    #expect(try await stream.read(exactly: 7) == Array("+PONG\r\n".utf8))
                    resumed.append(secured.session.isResumed)
                    stream.close()
                }
                #expect(resumed == [false, true, true])
            }
        }
    }

    /// Opens a gate when the handshake is under way: when something has been written.
    private struct TellingSecurity: TransportSecurity {
        private let base: TLSProvider
        private let begun: Gate

        init(_ base: TLSProvider, _ begun: Gate) { (self.base, self.begun) = (base, begun) }

        func secure(_ transport: any ReadinessTransport, to endpoint: Endpoint) async throws -> any ReadinessTransport {
            begun.open()
            return try await base.secure(transport, to: endpoint)
        }
    }

#endif
