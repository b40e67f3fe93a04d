// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting

@testable import Transport

/// What concerns all descriptors of a process, each in a process of its own.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ManyConnectionsTests {
    @Test func `two thousand sockets on one loop get their own bytes, and all of them are closed in the end`() async {
        await #expect(processExitsWith: .success) {
            try allowDescriptors(4000)
            let loop = EventLoop()
            let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0), eventLoop: loop)
            let before = openSocketCount()
            try await exchangeOverManyConnections(1000, listener, loop)
            // The loop's thread may hold the last ones until its round is over.
            var patience = 10_000
            while openSocketCount() > before, patience > 0 {
                patience -= 1
                await Task.yield()
            }
            try #require(openSocketCount() == before)
        }
    }

    @Test func `without free descriptors opening throws at once, and works again when there are some`() async {
        await #expect(processExitsWith: .success) {
            let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
            let connector = SocketConnector(eventLoop: EventLoop())
            // Kept open: the loop's thread may hold a closed one's descriptor for a moment longer.
            let first = try await connector.open(listener.endpoint)
            // Takes all that is left.
            try allowDescriptors(64)
            var hoard: [Descriptor] = []
            while case let number = duplicateOfStandardInput(), number >= 0 { hoard.append(Descriptor(owning: number)) }
            for _ in 0..<1000 {
                let error = await #expect(throws: TransportError.self) {
                    try await connector.open(listener.endpoint)
                }
                try #require(error == .system(errno: systemErrors.noDescriptors, operation: .open))
            }
            let withoutQueue = EventLoop()
            hoard.removeLast(10)
            let error = await #expect(throws: TransportError.self) {
                try await SocketConnector(eventLoop: withoutQueue).open(listener.endpoint)
            }
            try #require(error == .system(errno: systemErrors.noDescriptors, operation: .watch))
            let client = TransportStream(try await connector.open(listener.endpoint))
            try await client.write("x")
            first.close()
        }
    }
}

private func exchangeOverManyConnections(
    _ count: Int, _ listener: SocketListener, _ loop: EventLoop
) async throws {
    let connector = SocketConnector(eventLoop: loop)
    var pairs: [(client: TransportStream, server: TransportStream)] = []
    for _ in 0..<count {
        let client = TransportStream(try await connector.open(listener.endpoint))
        pairs.append((client, TransportStream(try await listener.accept())))
    }
    try #require(openSocketCount() >= 2 * count)
    try await withThrowingTaskGroup { group in
        for (number, pair) in pairs.enumerated() {
            group.addTask {
                for round in 0..<3 {
                    let request = Array("\(number) \(round)\n".utf8)
                    try await pair.client.write(request)
                    try await pair.server.write(try await pair.server.read(exactly: request.count))
                    try #require(try await pair.client.read(exactly: request.count) == request)
                }
                pair.client.close()
                try #require(try await pair.server.read().isEmpty)
                pair.server.close()
            }
        }
        try await group.waitForAll()
    }
}
