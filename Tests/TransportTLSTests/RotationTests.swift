// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import ServerSupport
    import Synchronization
    import Testing
    import TransportTLS
    import ValkeyToolkit

    /// Both sides change certificates, keys and authorities while commands run, as an administrator does it: the new ones are
    /// trusted first, then used, and the old ones are trusted no more.
    @Suite struct RotationTests {
        private static let rounds = 6
        private static let tasks = 8

        /// Who vouches for whom in one round.
        private struct Round {
            let servers = TestCertificate.authority("servers")
            let clients = TestCertificate.authority("clients")

            func server() -> TestCertificate { servers.issue("server", names: "DNS:localhost") }
            func client() -> TestCertificate { clients.issue("client") }

            func tls(trusting former: Round? = nil) -> TestTLS {
                let certificate = server()
                var tls = TestTLS(
                    certificates: certificate.pem, key: certificate.keyPEM(),
                    authorities: clients.pem + (former?.clients.pem ?? []))
                tls.clients = .mustHaveCertificates
                return tls
            }
        }

        private final class Progress: Sendable {
            let isOver = Atomic(false)
            let done = Mutex((calls: 0, unknown: 0))
        }

        @Test(.timeLimit(.minutes(5)), arguments: ServerVersion.allCases)
        func `certificates rotate under load and no command is lost`(version: ServerVersion) async throws {
            let first = Round()
            let folder = try TestFolder()
            try await use(first.client(), in: folder)
            try folder.write(first.servers.pem, to: "ca.crt")
            let server = try await TestServer.start(version, tls: first.tls())
            defer { server.kill() }

            var configuration = TLSConfiguration()
            configuration.authorities = [.file("\(folder.path)/ca.crt")]
            configuration.identity = ClientIdentity(
                certificateFile: "\(folder.path)/client.crt", keyFile: "\(folder.path)/client.key")
            try await server.withTLSClient(configuration) { client in
                let progress = Progress()
                try await withThrowingTaskGroup { group in
                    for task in 0..<Self.tasks {
                        group.addTask {
                            // A few commands at least, so that a task that starts late is counted, too.
                            var number = 0
                            while number < 20 || !progress.isOver.load(ordering: .relaxed) {
                                number += 1
                                let isKnown = try await self.step(client, key: "task \(task)", number: number)
                                progress.done.withLock { $0 = ($0.calls + 3, $0.unknown + (isKnown ? 0 : 1)) }
                            }
                        }
                    }
                    group.addTask {
                        defer { progress.isOver.store(true, ordering: .relaxed) }
                        var former = first
                        for number in 1...Self.rounds {
                            let next = Round()
                            try folder.write(former.servers.pem + next.servers.pem, to: "ca.crt")
                            try await server.reconfigure(next.tls(trusting: former), named: "both-\(number)")
                            try await self.use(next.client(), in: folder)
                            try await self.reconnect(server, client)
                            // From here on the old ones are of no use: whoever gets through has the new ones.
                            try folder.write(next.servers.pem, to: "ca.crt")
                            try await server.reconfigure(next.tls(), named: "new-\(number)")
                            try await self.reconnect(server, client)
                            former = next
                        }
                    }
                    try await group.waitForAll()
                }
                let (calls, unknown) = progress.done.withLock { $0 }
                // Each of the killed connections may have taken one write of each task with it, and nothing else.
                #expect(calls > Self.rounds && unknown <= 2 * Self.rounds * Self.tasks)
            }
        }

        /// The client's files, one after the other: what comes between finds a certificate and a key that don't fit.
        private func use(_ certificate: TestCertificate, in folder: TestFolder) async throws {
            try folder.write(certificate.pem, to: "client.crt")
            await Task.yield()
            try folder.write(certificate.keyPEM(), to: "client.key")
        }

        /// Kills all connections, and returns when the client has made a new one.
        private func reconnect(_ server: TestServer, _ client: ValkeyClient) async throws {
            try await server.cli("CLIENT", "KILL", "TYPE", "NORMAL", "SKIPME", "YES")
            _ = try await client.get("reconnected")
        }

        /// A write, a read of it and an echo; each must have its own answer. A write whose connection was killed may have run
        /// or not, and the read tells. Returns whether the write's outcome was known.
        private func step(_ client: ValkeyClient, key: String, number: Int) async throws -> Bool {
            var isKnown = true
            do {
                try await client.set(key, "\(number)")
            } catch ConnectionError.closed(_, let certainty, _) where certainty.mayHaveExecuted {
                isKnown = false
            }
            let found = try await client.get(key, as: Int.self)
            let expected = isKnown ? [number] : [number, number - 1]
            #expect(expected.contains(found ?? 0))
            if found != number { try await set(client, key, number) }
            let text = "\(key) \(number)"
            // ECHO changes nothing but isn't said to only read, so it may be lost like a write.
            do {
                let answer = try await client.echo(text, as: String.self)
                #expect(answer == text)
            } catch ConnectionError.closed(_, let certainty, _) where certainty.mayHaveExecuted {
                isKnown = false
            }
            return isKnown
        }

        /// Sets a key for good: to set it twice does no harm.
        private func set(_ client: ValkeyClient, _ key: String, _ number: Int) async throws {
            while true {
                do {
                    try await client.set(key, "\(number)")
                    return
                } catch ConnectionError.closed(_, let certainty, _) where certainty.mayHaveExecuted {
                    continue
                }
            }
        }
    }

#endif
