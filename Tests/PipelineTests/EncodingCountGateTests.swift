// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import AllocationCounter
import Commands
import RESPCodec
import Testing

/// What it costs in allocations to make a command by its method and to encode it, in steady state: optimised, as
/// `Scripts/test-release` runs it, nothing, as long as the arguments are text or bytes one by one, or text in arrays, pairs and
/// dictionaries. Other collections are one array.
@Suite struct EncodingCountGateTests {
    /// Encodes what is queued and forgets it, as a connection does that has sent it.
    private final class Sink: CommandBuffer, CommandQueue {
        private var encoder = CommandEncoder(capacity: 64 << 10)
        private(set) var bytes = 0

        @inline(__always)
        func append<C: Command>(_ command: C) -> Int {
            command.encode(into: &encoder)
            bytes += encoder.count
            encoder.removeAll()
            return 0
        }

        @inline(__always)
        func enqueue<C: Command>(_ command: C) -> Queued<C.Reply> { Queued(buffer: self, index: append(command)) }
    }

    /// Allocations per call of an unoptimised build are anybody's guess, and of no interest but for not being endless.
    #if DEBUG
        private static let allowance = 5_000
    #else
        private static let allowance = 0
    #endif

    /// Allocations of a thousand calls, or nil where they can't be counted.
    private func allocations(_ call: (Sink) -> Void) -> Int? {
        let sink = Sink()
        for _ in 0..<10 { call(sink) }
        let before = allocation_counter_thread_count()
        for _ in 0..<1000 { call(sink) }
        let after = allocation_counter_thread_count()
        #expect(sink.bytes > 1000)
        return before < 0 ? nil : Int(after - before)
    }

    private func expect(_ most: Int, sourceLocation: SourceLocation = #_sourceLocation, _ call: (Sink) -> Void) {
        guard let count = allocations(call) else { return }
        #expect(count <= 1000 * (most + Self.allowance), sourceLocation: sourceLocation)
    }

    private let key = "a key that is too long for a small string"
    private let value = "a value that is too long for a small string"
    private let keys = (0..<100).map { "key:of the \($0)th of a hundred values" }
    private let pairs = (0..<20).map { ("field:\($0) with a long name", "value of field \($0), a longer one") }

    @Test func `commands of single arguments`() {
        let bytes = Array(value.utf8)
        expect(0) { $0.get(key) }
        expect(0) { $0.get(key, as: String.self) }
        expect(0) { $0.set(key, value) }
        expect(0) { $0.set(key, bytes, condition: .nx, expiration: .seconds(10)) }
        expect(0) { $0.incrby(key, 12_345) }
        expect(0) { $0.hset(key, "field", value) }
        expect(0) { $0.zadd(key, 1.5, value) }
        expect(0) { $0.del(key) }
    }

    @Test func `commands of a hundred keys, and of twenty fields`() {
        let dictionary = Dictionary(uniqueKeysWithValues: pairs)
        expect(0) { $0.mget(keys) }
        expect(0) { $0.del(keys) }
        expect(0) { $0.hset(key, pairs) }
        expect(0) { $0.hset(key, dictionary) }
        expect(0) { $0.mset(dictionary) }
    }

    @Test func `commands of streams, whatever names their entries`() {
        // The longest there are: no small string holds one.
        let id = StreamID(.max, .max)
        expect(0) { $0.xadd(key, .automatic, "field", value, trim: .minidAbout(id)) }
        expect(0) { $0.xadd(key, .id(id), "field", value) }
        expect(0) { $0.xrange(key, .excluding(id), .id(id)) }
        expect(1) { $0.xack(key, "group", [id]) }
        expect(1) { $0.xread(key, .after(id)) }
    }

    @Test func `other collections are one array`() {
        let (bytes, numbers) = (keys.map { RESPBytes($0) }, pairs.enumerated().map { ($1.0, $0) })
        let scores = pairs.enumerated().map { (Double($0), $1.0) }
        expect(1) { $0.mget(bytes) }
        expect(1) { $0.hset(key, numbers) }
        expect(1) { $0.zadd(key, scores) }
    }
}
