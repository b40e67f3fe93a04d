// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import Synchronization
    import Testing
    import ToolkitTesting
    import Transport

    @testable import TransportTLS

    @Suite struct StreamTests {
        @Test(arguments: TLSVersion.allCases)
        func `a stream that ends inside or between records is cut off`(version: TLSVersion) async throws {
            var peers = TestPeers()
            peers.serverVersions = version...version
            for kept in [0, 1, 4, 5, 6, 50] {
                let below = InMemoryTransport.pair()
                let (client, server) = try await peers.connect(below)
                // A record is written, and so many of its bytes arrive.
                let record = try await Self.record(of: server, carrying: 100)
                _ = try below.1.tryWrite(record.span.extracting(first: kept))
                below.1.close()
                let stream = TransportStream(client)
                for _ in 0..<2 {
                    await #expect(throws: TransportError.security(.truncated)) { try await stream.read() }
                }
            }
        }

        @Test func `a record that was changed on its way is refused`() async throws {
            let below = InMemoryTransport.pair()
            let (client, server) = try await TestPeers().connect(below)
            var record = try await Self.record(of: server, carrying: 100)
            record[50] ^= 1
            _ = try below.1.tryWrite(record.span)
            await #expect(throws: TransportError.self) { try await TransportStream(client).read() }
        }

        /// What an end would send to carry some bytes; it is taken away.
        private static func record(of end: TLSTransport, carrying count: Int) async throws -> [UInt8] {
            let bytes = [UInt8](repeating: 7, count: count)
            let taken = Mutex<[UInt8]>([])
            try end.core.withLock { core throws(TransportError) in
                _ = core.engine.write(bytes.span)
                try core.engine.sendOutput { (output) throws(TransportError) in
                    taken.withLock { taken in for index in output.indices { taken.append(output[index]) } }
                    return output.count
                }
            }
            return taken.withLock { $0 }
        }

        @Test func `what is left in a record is told of, though nothing is left below`() async throws {
            let below = InMemoryTransport.pair()
            let (client, server) = try await TestPeers().connect(below)
            let (stream, fired) = (TransportStream(server), Gate())
            client.setReadinessHandler { _ in fired.open() }
            try await stream.write([UInt8](repeating: 7, count: 1000))
            client.arm(.readable)
            try await fired.wait()
            var left = 1000
            while left > 0 {
                let bytes = try [UInt8](capacity: 300) { buffer in _ = try client.tryRead(into: &buffer) }
                left -= bytes.count
                if left == 0 { break }
                #expect(below.0.readableByteCount == 0)
                client.arm(.readable)
                try await fired.wait()
            }
        }

        @Test func `keys can change under way in both directions`() async throws {
            var peers = TestPeers()
            peers.serverVersions = .tls13 ... .tls13
            let (client, server) = try await peers.connect()
            let (near, far) = (TransportStream(client), TransportStream(server))
            for round in 0..<5 {
                (round.isMultiple(of: 2) ? client : server).core.withLock { $0.engine.updateKeys() }
                try await near.write("there")
                #expect(try await far.read(exactly: 5) == Array("there".utf8))
                try await far.write("back")
                #expect(try await near.read(exactly: 4) == Array("back".utf8))
            }
        }

        @Test(arguments: TLSVersion.allCases)
        func `one direction can end while the other goes on`(version: TLSVersion) async throws {
            var peers = TestPeers()
            peers.serverVersions = version...version
            let (client, server) = try await peers.connect()
            let (near, far) = (TransportStream(client), TransportStream(server))
            try await near.write("last words")
            try client.finishWriting()
            try client.finishWriting()
            #expect(throws: TransportError.writingFinished) { try client.tryWrite([1].span) }
            #expect(try await far.readToEnd() == Array("last words".utf8))
            try await far.write("answer")
            try server.finishWriting()
            #expect(try await near.readToEnd() == Array("answer".utf8))
        }

        @Test func `tickets that come after the handshake disturb nobody`() async throws {
            var peers = TestPeers()
            peers.tickets = 3
            let (client, server) = try await peers.connect()
            let (near, far) = (TransportStream(client), TransportStream(server))
            async let heard = near.read(exactly: 2)
            try await far.write("hi")
            #expect(try await heard == Array("hi".utf8))
        }
    }

#endif
