// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import Testing
    import ToolkitTesting
    import Transport

    @testable import TransportTLS

    @Suite struct ConformanceTests {
        enum Subject: CaseIterable, Sendable {
            case tls12, tls13, serverFirst, inSmallPieces, overSockets, overAdapter

            func makePair() async throws -> TransportConformance.Pair {
                var peers = TestPeers()
                var below: (any ReadinessTransport, any ReadinessTransport) = InMemoryTransport.pair()
                switch self {
                case .tls12: peers.serverVersions = .tls12 ... .tls12
                case .tls13, .serverFirst: peers.serverVersions = .tls13 ... .tls13
                case .inSmallPieces:
                    var options = InMemoryTransport.Options()
                    options.maximumRead = 1009
                    options.maximumWrite = 2003
                    options.canWaitInline = true
                    below = InMemoryTransport.pair(options)
                case .overSockets: below = try await makeSocketPair()
                case .overAdapter:
                    let (first, second) = InMemoryTransport.pair()
                    below = (ByteTransportAdapter(ReadinessTransportAdapter(first)), second)
                }
                let (client, server) = try await peers.connect(below)
                return self == .serverFirst ? (server, client) : (client, server)
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: Subject.allCases, TransportConformance.Check.allCases)
        func `TLS keeps the promises of the readiness core`(
            subject: Subject, check: TransportConformance.Check
        ) async throws {
            let suite = TransportConformance { try await subject.makePair() }
            do {
                try await suite.run(check)
            } catch TransportError.security(.truncated)
                where subject == .overAdapter && check == .closingDeliversWhatWasWritten
            {
                // An adapter drops what it holds when it is closed. If that is the farewell, it is a cut and told as one.
            }
        }
    }

    /// Two ends of a connection over the loopback.
    func makeSocketPair() async throws -> (any ReadinessTransport, any ReadinessTransport) {
        let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
        defer { listener.close() }
        async let accepted = listener.accept()
        let client = try await SocketConnector().connect(to: listener.endpoint)
        return (client, try await accepted)
    }

#endif
