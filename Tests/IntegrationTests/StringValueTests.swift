// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

/// What is stored as a string comes back as it went, in both protocols.
@Suite(.timeLimit(.minutes(1))) struct StringValueTests {
    private static let payloads: [[UInt8]] = [
        [],
        Array(0...255),
        [0xFF, 0xFE, 0xC0, 0x80, 0xED, 0xA0, 0x80],
        Array("$-1\r\n*3\r\n:1\r\n".utf8),
        [0],
        [13, 10],
        Array("Grüße, 世界 👋".utf8),
    ]

    /// 4 MiB and one byte, without a period that is a power of two.
    private static let large: [UInt8] = (0..<64).reduce(into: [0]) { bytes, round in
        bytes.append(UInt8(round))
        bytes += block
    }
    private static let block: [UInt8] = (0..<65_535).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    @Test(arguments: Dialect.all)
    func `bytes of any kind come back as they went`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("bytes")
            for payload in Self.payloads {
                #expect(try await client.set(key, payload).isStored)
                #expect(try await client.get(key, as: [UInt8].self) == payload)
                #expect(try await client.get(key) == RESPBytes(payload))
                #expect(try await client.strlen(key) == payload.count)
                #expect(try await client.echo(payload) == RESPBytes(payload))
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `a key may be any bytes too`(dialect: Dialect) async throws {
        try await dialect.withClient(database: 7) { client async throws in
            for payload in Self.payloads {
                let key = payload + Array(dialect.testDescription.utf8)
                try await client.set(key, "value")
                #expect(try await client.get(key) == "value")
                #expect(try await client.del(key) == 1)
                #expect(try await client.get(key) == nil)
            }
        }
    }

    @Test(arguments: Dialect.all)
    func `four mebibytes come back as they went, and commands behind them are answered in order`(
        dialect: Dialect
    ) async throws {
        try await dialect.withClient(configure: { $0.commandTimeout = nil }) { client async throws in
            let key = unique("large")
            let value = Self.large
            try await client.set(key, value)
            async let whole = client.get(key, as: [UInt8].self)
            async let length = client.strlen(key)
            #expect(try await whole == value)
            #expect(try await length == value.count)
            let replies = try await client.pipeline(.get(key), .strlen(key), .echo("behind it"), .get(key))
            #expect(replies.0 == RESPBytes(value))
            #expect(replies.1 == value.count)
            #expect(replies.2 == "behind it")
            #expect(replies.3 == replies.0)
            try await client.del(key)
        }
    }

    @Test(arguments: Dialect.all)
    func `integers keep their whole range, and an overflow is the server's error`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("integer")
            for number in [Int64.max, .min, 0, -1, 1 << 53 + 1] {
                try await client.set(key, number)
                #expect(try await client.get(key, as: Int64.self) == number)
            }
            try await client.set(key, Int64.max - 1)
            #expect(try await client.incr(key) == .max)
            let overflow = await #expect(throws: ServerError.self) { try await client.incr(key) }
            #expect(overflow?.code == .generic)
            #expect(try await client.get(key, as: Int64.self) == .max)
            try await client.set(key, Int64.min)
            #expect(try await client.incrby(key, 1) == .min + 1)
            #expect(try await client.incrby(key, -1) == .min)
            try await client.set(key, UInt64.max)
            #expect(try await client.get(key, as: UInt64.self) == .max)
        }
    }

    @Test(arguments: Dialect.all)
    func `doubles come back to the last bit`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (key, scores) = (unique("double"), unique("scores"))
            let numbers = [
                0.1, .pi, 1 / 3, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, -1e300,
                1e22,
                9_007_199_254_740_992, .infinity, -.infinity, 3.0e-5, 123_456_789.125,
            ]
            for number in numbers {
                try await client.set(key, number)
                #expect(try await client.get(key, as: Double.self)?.bitPattern == number.bitPattern, "\(number)")
                try await client.zadd(scores, number, "member")
                #expect(try await client.zscore(scores, "member")?.bitPattern == (number + 0).bitPattern, "\(number)")
            }
            try await client.set(key, 10.5)
            #expect(try await client.incrbyfloat(key, 0.1) == 10.6)
        }
    }

    @Test(arguments: Dialect.all)
    func `what is not there is nil, and conditions say whether they were met`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("absent")
            #expect(try await client.get(key) == nil)
            #expect(try await client.get(key, as: Int.self) == nil)
            #expect(try await client.mget(key, key) == [nil, nil])
            #expect(try await client.set(key, "1", condition: .xx).isStored == false)
            #expect(try await client.set(key, "1", condition: .nx).isStored)
            #expect(try await client.set(key, "2", condition: .nx).isStored == false)
            #expect(try await client.getdel(key, as: Int.self) == 1)
            #expect(try await client.getdel(key) == nil)
        }
    }

    @Test(arguments: Dialect.all)
    func `expiry is set, seen, kept and taken away`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let key = unique("expiry")
            try await client.set(key, "v", expiration: .seconds(1000))
            #expect(try await client.ttl(key).duration.map { $0 > .seconds(900) && $0 <= .seconds(1000) } == true)
            try await client.set(key, "w", expiration: .keep)
            #expect(try await client.pttl(key).duration.map { $0 > .seconds(900) && $0 <= .seconds(1000) } == true)
            #expect(try await client.persist(key))
            #expect(try await client.ttl(key) == .unlimited)
            #expect(try await client.expire(key, .seconds(500), condition: .nx))
            #expect(try await client.expire(key, .seconds(500), condition: .nx) == false)
            // A moment that has passed: the key is gone without any waiting.
            #expect(try await client.expire(key, .seconds(-1)))
            #expect(try await client.get(key) == nil)
            #expect(try await client.ttl(key) == .missing)
            try await client.set(key, "v", expiration: .at(.seconds(4_000_000_000)))
            #expect(try await client.expiretime(key).time == .seconds(4_000_000_000))
            #expect(try await client.expireat(key, .milliseconds(4_000_000_000_001)))
            #expect(try await client.expiretime(key) == .at(.seconds(4_000_000_001)))
            #expect(try await client.pexpireat(key, .milliseconds(4_000_000_000_001)))
            #expect(try await client.pexpiretime(key) == .at(.milliseconds(4_000_000_000_001)))
            #expect(try await client.expiretime(unique("none")) == .missing)
            #expect(try await client.del(key) == 1)
        }
    }

    @Test(arguments: Dialect.all)
    func `a reply of another type is an error of its call alone`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (text, list) = (unique("text"), unique("list"))
            try await client.set(text, "no number")
            try await client.rpush(list, "a")
            let connectionID = try await client.execute(RawCommand("CLIENT", "ID", as: Int.self))
            for round in 0..<20 {
                let mismatch = await #expect(throws: RESPTypeMismatch.self) { try await client.get(text, as: Int.self) }
                #expect(mismatch?.found == .text("no number"))
                let error = await #expect(throws: ServerError.self) { try await client.get(list) }
                #expect(error?.code == .wrongType)
                await #expect(throws: RESPTypeMismatch.self) { try await client.lrange(list, 0, -1, as: Int.self) }
                #expect(try await client.echo("round \(round)", as: String.self) == "round \(round)")
            }
            #expect(try await client.execute(RawCommand("CLIENT", "ID", as: Int.self)) == connectionID)
        }
    }
}
