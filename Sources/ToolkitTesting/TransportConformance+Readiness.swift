// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

extension TransportConformance {
    @TaskLocal private static var isArming = false

    func armingIsOneShot(_ pair: Pair) async throws {
        let (log, peer) = (HandlerLog(pair.0), TransportStream(pair.1))
        pair.0.arm(.readable)
        try await peer.write(pattern(1))
        try expect(try await log.next() == .readable, "an armed read is told of")
        _ = try read(pair.0)
        try await peer.write(pattern(1))
        // The fence: had reading been armed still, it would be told no later than writing.
        pair.0.arm(.writable)
        try expect(try await log.next() == .writable, "what was told once is not told again")
    }

    func aLevelThatHoldsFires(_ pair: Pair) async throws {
        let (log, peer) = (HandlerLog(pair.0), TransportStream(pair.1))
        try await peer.write(pattern(5))
        for _ in 0..<3 {
            pair.0.arm(.readable)
            try expect(try await log.next() == .readable, "bytes that are there are told of at each arm")
        }
        let (result, bytes) = try read(pair.0)
        try expect(result == .bytes(5) && bytes == pattern(5), "being told of bytes takes none")
    }

    func theHandlerIsNotCalledInsideArm(_ pair: Pair) async throws {
        let (stream, continuation) = AsyncStream<Bool>.makeStream()
        pair.0.setReadinessHandler { _ in continuation.yield(Self.isArming) }
        var calls = stream.makeAsyncIterator()
        for _ in 0..<20 {
            Self.$isArming.withValue(true) { pair.0.arm(.writable) }
            try expect(await calls.next() == false, "the handler is called from elsewhere, not inside arm")
        }
    }

    func armingBothReportsEach(_ pair: Pair) async throws {
        let (log, peer) = (HandlerLog(pair.0), TransportStream(pair.1))
        pair.0.arm([.readable, .writable])
        try expect(try await log.next() == .writable, "only what holds is told of")
        try await peer.write(pattern(1))
        try expect(try await log.next() == .readable, "the other interest has stayed armed")
        pair.0.arm([.readable, .writable])
        var told = try await log.next()
        if told != [.readable, .writable] { told.formUnion(try await log.next()) }
        try expect(told == [.readable, .writable], "both are told of, in one call or two")
    }

    func armingAddsToWhatIsArmed(_ pair: Pair) async throws {
        let (log, peer) = (HandlerLog(pair.0), TransportStream(pair.1))
        pair.0.arm(.readable)
        for _ in 0..<3 {
            pair.0.arm(.writable)
            try expect(try await log.next() == .writable, "writing is told of while reading is armed")
        }
        try await peer.write(pattern(1))
        try expect(try await log.next() == .readable, "reading has stayed armed")
    }
}
