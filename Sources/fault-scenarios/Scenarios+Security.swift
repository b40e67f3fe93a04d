// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if !TLS

    extension Scenario {
        /// There are none without the trait; see ``missing``.
        static let security: [Scenario] = []
    }

#else

    internal import Commands
    internal import FaultInjection
    internal import Pipeline
    internal import ServerSupport
    internal import Synchronization
    internal import ToolkitTesting
    internal import Transport
    internal import TransportTLS
    internal import ValkeyToolkit

    /// Secured connections: cut off, to a server that must not be trusted any more, to one that was never secured.
    extension Scenario {
        static let security = [f39]

        private static let password = "the-password-of-F39"

        static let f39 = Scenario(
            id: "F39", title: "TLS: cut inside a record, an expired certificate, no TLS on the port", isQuick: true,
            configure: { configuration in
                configuration.credentials = Credentials(password: password)
                var tls = TLSConfiguration()
                tls.authorities = [.pem(Authority.shared.pem)]
                configuration.security = try? TLSProvider(tls)
            },
            // What was acknowledged must be there after the restarts, so the server keeps it.
            serverOptions: ["--requirepass", password, "--appendonly", "yes"],
            tls: { .good }, secrets: [password]
        ) { run in
            guard run.client.configuration.security != nil else { return run.note(.progress, "TLS is not set up") }
            // The contexts and buffers of the connections, which the allocator keeps.
            run.state.withLock { $0.memoryAllowance = 16 << 20 }
            try await run.cutRecords()
            try await run.restartExpired()
            try await run.meetServersWithoutTLS()
            run.heal()
            run.require(progressWithin: .seconds(1))
        }
    }

    extension ScenarioRun {
        /// Ends connections inside of records: their headers, their contents, their tags, and where one follows another.
        fileprivate func cutRecords() async throws {
            for count in [1, 4, 5, 6, 21, 22, 23, 100] {
                try await lose(receiving: .reset(.after(count)), progressWithin: .seconds(1), "reset after \(count)")
                try await lose(receiving: .finish(.after(count)), progressWithin: .seconds(1), "end after \(count)")
            }
            await eachOfManyClients(counts: 0...120) { .reset(.after($0)) }
            await eachOfManyClients(counts: 0...120) { .finish(.after($0)) }
            // A value of three records, of 16 KiB each and what TLS adds.
            let counts = [100, 16_000, 20_000, 32_000, 35_000] + Array(16_370...16_420) + Array(32_770...32_830)
            await eachOfManyClients(counts: counts, valueSize: 40_000) { .finish(.after($0)) }
        }

        /// Nobody gets anything of a server whose certificate has expired, nor does the server; all is well with a new one.
        fileprivate func restartExpired() async throws {
            // Time doesn't heal it: every caller is told at once, and subscriptions end, which others survive.
            let words = "the certificate of CN=old has expired"
            load.state.withLock { $0.expectedEnd = words }
            try await server.restart(with: .expired)
            // Connections of the server before end now at the latest.
            await pause(.milliseconds(200))
            let before = counts
            load.state.withLock { $0.errors = [:] }
            await pause(seconds(2))
            let (after, errors) = (counts, load.state.withLock { $0.errors })
            if after.ok > before.ok { note(.misdelivery, "calls on a server with an expired certificate succeed") }
            if after.notExecuted == before.notExecuted { note(.loss, "no call said that it was not executed") }
            if !errors.keys.contains(where: { $0.contains(words) }) {
                note(.progress, "no error says that the certificate has expired: \(errors)")
            }
            let ends = load.state.withLock { state in
                state.expectedEnd = nil
                return state.expectedEnds
            }
            if ends == 0 { note(.loss, "the subscriber was not told that the certificate has expired") }
            let stats = try await server.cli("INFO", "commandstats").decode(as: String.self)
            for command in ["hello", "client|setname", "get", "echo"] where stats.contains("cmdstat_\(command):") {
                note(.misdelivery, "a server with an expired certificate was sent \(command)")
            }
            try await server.restart(with: .good)
            load.setMark()
            let progress = await waitForProgress(.seconds(2))
            if progress.map({ $0 > .seconds(1) }) ?? true {
                note(.progress, "with a new certificate: back \(progress.map { "after \($0)" } ?? "never")")
            }
        }

        /// Servers in the clear where one with TLS should be: a real one, and one that answers whatever comes.
        fileprivate func meetServersWithoutTLS() async throws {
            let real = try makeProxy(to: server.endpoint)
            defer { real.close() }
            try await fail(at: real, "a real server", saying: "doesn't speak TLS on this port; it said")
            let talker = try Talker(answer: "-ERR wrong kind of first byte\r\n")
            defer { talker.close() }
            let talking = try makeProxy(to: talker.endpoint)
            defer { talking.close() }
            try await fail(at: talking, "a server that answers", saying: "doesn't speak TLS on this port")
            // The search would have found it: a client without TLS sends it to the same server.
            let open = makeClient { ($0.endpoint, $0.security) = (real.endpoint, nil) }
            defer { open.close() }
            _ = try await open.ping()
            if real.sightings.isEmpty { note(.misdelivery, "the search for the password doesn't find it") }
        }

        private func fail(at proxy: FaultProxy, _ what: String, saying words: String) async throws {
            let client = makeClient {
                $0.endpoint = proxy.endpoint
                $0.clientName = "faults-plain"
            }
            defer { client.close() }
            for _ in 1...3 {
                load.state.withLock { $0.errors = [:] }
                let (_, outcome) = await load.call("PING to \(what)") { try await client.ping() }
                load.state.withLock { $0.ledger.ended(outcome) }
                if outcome != .notExecuted { note(.loss, "PING to \(what) ended \(outcome)") }
                let errors = load.state.withLock { $0.errors }
                if !errors.keys.contains(where: { $0.contains(words) }) {
                    note(.progress, "\(what): no error says \"\(words)\": \(errors)")
                }
            }
            checkSecrets(of: proxy, what)
            if proxy.accepted.isEmpty { note(.progress, "\(what): nobody came") }
        }
    }

    /// Who vouches for the scenario's servers.
    private enum Authority {
        static let shared = TestCertificate.authority("the scenarios' authority")
    }

    extension TestTLS {
        fileprivate static let good = TestTLS(Authority.shared.issue("server", names: "IP:127.0.0.1"))
        fileprivate static let expired = TestTLS(
            Authority.shared.issue("old", names: "IP:127.0.0.1", validFor: -7200 ... -3600))

        private init(_ certificate: TestCertificate) {
            self.init(
                certificates: certificate.pem, key: certificate.keyPEM(), authorities: Authority.shared.pem)
        }
    }

    /// A server that says the same to everyone who says something.
    private final class Talker: Sendable {
        private let listener: SocketListener
        private let task: Task<Void, Never>

        init(answer: String) throws {
            let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
            self.listener = listener
            task = Task {
                await withDiscardingTaskGroup { group in
                    while let transport = try? await listener.accept() {
                        group.addTask {
                            let stream = TransportStream(transport)
                            defer { stream.close() }
                            guard (try? await stream.read()) != nil else { return }
                            try? await stream.write(answer)
                            // Until the client has gone: its end must be its own.
                            while let bytes = try? await stream.read(), !bytes.isEmpty {}
                        }
                    }
                }
            }
        }

        var endpoint: Endpoint { listener.endpoint }

        func close() {
            listener.close()
            task.cancel()
        }
    }

#endif
