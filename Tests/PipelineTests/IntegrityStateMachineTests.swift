// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import Testing

@testable import Pipeline

/// Instants are in seconds.
@Suite struct IntegrityStateMachineTests {
    private func second(_ number: Double) -> Moment { Moment(nanoseconds: Int64(number * 1_000_000_000)) }

    private func machine(_ check: IntegrityCheck, secret: UInt64 = 7) -> IntegrityStateMachine {
        var machine = IntegrityStateMachine(check, secret: secret)
        machine.start()
        return machine
    }

    private func proofs(_ check: IntegrityCheck, at seconds: [Double]) -> [Bool] {
        var machine = machine(check)
        return seconds.map { machine.proves(at: second($0)) }
    }

    @Test func `which requests are proven`() {
        #expect(proofs(.off, at: [0, 1, 100]) == [false, false, false])
        #expect(proofs(.everyRequest, at: [0, 0, 1]) == [true, true, true])
        #expect(
            proofs(.interval(.seconds(2)), at: [0, 1, 2, 3, 3.9, 4, 60, 61]) == [
                true, false, true, false, false, true, true, false,
            ])
        #expect(proofs(.interval(.seconds(-1)), at: [0, 0]) == [true, true])
    }

    @Test func `nothing is proven before the handshake is done`() {
        var machine = IntegrityStateMachine(.everyRequest, secret: 7)
        let early = machine.proves(at: second(0))
        machine.start()
        let later = machine.proves(at: second(0))
        #expect(!early && later)
    }

    @Test func `sentinels have one length, and none is like another or another connection's`() {
        let (one, other) = (machine(.everyRequest), machine(.everyRequest, secret: 8))
        let sentinels = (0..<10_000).flatMap { [one.sentinel(of: $0), other.sentinel(of: $0)] }
        #expect(Set(sentinels).count == sentinels.count)
        for ticket: UInt64 in [0, 1, .max] {
            var encoder = CommandEncoder()
            one.encode(sentinelOf: ticket, into: &encoder)
            #expect(encoder.count == IntegrityStateMachine.length)
        }
    }

    @Test func `only a bulk string of the right number is a sentinel's reply`() throws {
        let machine = machine(.everyRequest)
        let sentinel = machine.sentinel(of: 5)
        func isRight(_ bytes: String) throws -> Bool {
            machine.isRight(try RESPFrame(encoded: Array(bytes.utf8)), for: 5)
        }
        #expect(try isRight("$15\r\n\(sentinel)\r\n"))
        #expect(try !isRight("$15\r\n\(machine.sentinel(of: 6))\r\n"))
        #expect(try !isRight("+\(sentinel)\r\n"))
        #expect(try !isRight("-NOPERM\r\n"))
        #expect(try !isRight("$-1\r\n"))
        #expect(try !isRight("*1\r\n$15\r\n\(sentinel)\r\n"))
    }
}
