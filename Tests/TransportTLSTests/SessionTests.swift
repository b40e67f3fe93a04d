// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import Testing
    import ToolkitTesting
    import Transport

    @testable import TransportTLS

    @Suite struct SessionTests {
        /// Connects with one provider to one server again and again, and says which connections took up a session.
        private func connect(
            _ peers: TestPeers, times: Int, provider: TLSProvider? = nil, context: TLSContext? = nil
        ) async throws -> [Bool] {
            let context = try context ?? peers.makeServerContext()
            let provider = try provider ?? TLSProvider(peers.client)
            var resumed: [Bool] = []
            for _ in 0..<times {
                let (client, server) = try await peers.connect(provider: provider, context: context)
                // In TLS 1.3 tickets come with the first bytes.
                try await TransportStream(server).write("!")
                _ = try await TransportStream(client).read(exactly: 1)
                #expect(client.session.isResumed == server.session.isResumed)
                resumed.append(client.session.isResumed)
                client.close()
            }
            return resumed
        }

        @Test(arguments: TLSVersion.allCases)
        func `the second connection to an endpoint takes up the first one's session`(version: TLSVersion) async throws {
            var peers = TestPeers()
            peers.serverVersions = version...version
            peers.tickets = 1
            #expect(try await connect(peers, times: 4) == [false, true, true, true])
        }

        @Test func `nothing is taken up where that is turned off, or at another server`() async throws {
            var peers = TestPeers()
            peers.tickets = 1
            let provider = try TLSProvider(peers.client)
            #expect(try await connect(peers, times: 1, provider: provider) == [false])
            // Another context has other keys for its tickets.
            #expect(try await connect(peers, times: 1, provider: provider) == [false])
            peers.client.resumesSessions = false
            #expect(try await connect(peers, times: 3) == [false, false, false])
        }

        @Test func `a single-use session is offered once, the newest first`() {
            var cache = TLSSessionCache<String, Int>(maximumKeys: 2, maximumSessions: 2)
            for session in 1...3 { cache.insert(session, for: "a", generation: 0) }
            #expect(cache.take(for: "a", isSingleUse: { _ in true }) == 3)
            #expect(cache.take(for: "a", isSingleUse: { _ in true }) == 2)
            #expect(cache.take(for: "a", isSingleUse: { _ in true }) == nil)
            cache.insert(4, for: "a", generation: 0)
            #expect(cache.take(for: "a", isSingleUse: { _ in false }) == 4)
            #expect(cache.take(for: "a", isSingleUse: { _ in false }) == 4)
            #expect(cache.take(for: "b", isSingleUse: { _ in false }) == nil)
        }

        @Test func `the endpoint unused for longest makes room`() {
            var cache = TLSSessionCache<String, Int>(maximumKeys: 2, maximumSessions: 2)
            cache.insert(1, for: "a", generation: 0)
            cache.insert(2, for: "b", generation: 0)
            _ = cache.take(for: "a", isSingleUse: { _ in false })
            cache.insert(3, for: "c", generation: 0)
            #expect(cache.take(for: "a", isSingleUse: { _ in false }) == 1)
            #expect(cache.take(for: "b", isSingleUse: { _ in false }) == nil)
            #expect(cache.take(for: "c", isSingleUse: { _ in false }) == 3)
        }

        @Test func `sessions end with the certificates they were made with`() {
            var cache = TLSSessionCache<String, Int>()
            cache.insert(1, for: "a", generation: 0)
            cache.beginGeneration()
            #expect(cache.take(for: "a", isSingleUse: { _ in false }) == nil)
            // A connection of before gives one late.
            cache.insert(2, for: "a", generation: 0)
            #expect(cache.take(for: "a", isSingleUse: { _ in false }) == nil)
            cache.insert(3, for: "a", generation: 1)
            #expect(cache.take(for: "a", isSingleUse: { _ in false }) == 3)
        }
    }

#endif
