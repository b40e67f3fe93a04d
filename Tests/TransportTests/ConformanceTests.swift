// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

@Suite struct ConformanceTests {
    /// A kind of transport, by how to connect two of it.
    struct Subject: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var makePair: @Sendable () async throws -> TransportConformance.Pair

        init(_ name: String, _ makePair: @escaping @Sendable () async throws -> TransportConformance.Pair) {
            testDescription = name
            self.makePair = makePair
        }
    }

    static let subjects = QueueKind.allCases.flatMap(sockets) + others

    /// A line each.
    static let others = [
        Subject("in memory") { InMemoryTransport.pair() },
        Subject("in memory, in small pieces") { InMemoryTransport.pair(smallPieces) },
        Subject("a byte transport at one end") { onFirst(sample, memory) },
        Subject("byte transports with little room") { onBoth(littleRoom, try await makeTCPPair(.shared)) },
        Subject("both adapters, in memory") { onBoth(thereAndBack, memory) },
        Subject("both adapters, over TCP") { onBoth(thereAndBack, try await makeTCPPair(.shared)) },
        Subject("both adapters, over a socket pair") { onBoth(thereAndBack, try makeSocketPair(.shared)) },
    ]

    static func sockets(_ kind: QueueKind) -> [Subject] {
        [
            Subject("TCP, \(kind)") { try await makeTCPPair(try kind.makeLoop()) },
            Subject("Unix socket, \(kind)") { try await makeUnixPair(try kind.makeLoop()) },
            Subject("socket pair, \(kind)") { try makeSocketPair(try kind.makeLoop()) },
        ]
    }

    @Test(.timeLimit(.minutes(2)), arguments: subjects, TransportConformance.Check.allCases)
    func `every transport keeps the promises of the readiness core`(
        subject: Subject, check: TransportConformance.Check
    ) async throws {
        try await TransportConformance(makePair: subject.makePair).run(check)
    }

    @Test(.timeLimit(.minutes(2)), arguments: subjects, ByteTransportConformance.Check.allCases)
    func `every transport keeps the promises of a byte transport when it is adapted`(
        subject: Subject, check: ByteTransportConformance.Check
    ) async throws {
        try await ByteTransportConformance {
            let (first, second) = try await subject.makePair()
            return (ReadinessTransportAdapter(first), ReadinessTransportAdapter(second))
        }.run(check)
    }

    @Test(.timeLimit(.minutes(2)), arguments: ByteTransportConformance.Check.allCases)
    func `a byte transport as a user writes it keeps its promises`(check: ByteTransportConformance.Check) async throws {
        try await ByteTransportConformance {
            let (first, second) = InMemoryTransport.pair()
            return (SampleByteTransport(first), SampleByteTransport(second))
        }.run(check)
    }
}

// MARK: Parts of subjects

private var memory: TransportConformance.Pair { InMemoryTransport.pair() }

private var smallPieces: InMemoryTransport.Options {
    var options = InMemoryTransport.Options()
    options.maximumRead = 1009
    options.maximumWrite = 2003
    options.canWaitInline = true
    return options
}

private func sample(_ transport: any ReadinessTransport) -> any ReadinessTransport {
    ByteTransportAdapter(SampleByteTransport(transport))
}

private func littleRoom(_ transport: any ReadinessTransport) -> any ReadinessTransport {
    ByteTransportAdapter(SampleByteTransport(transport), readAhead: 10_000, writeBehind: 3_000)
}

/// Made a byte transport, and a readiness transport again.
private func thereAndBack(_ transport: any ReadinessTransport) -> any ReadinessTransport {
    ByteTransportAdapter(ReadinessTransportAdapter(transport))
}

private typealias Adapting = (any ReadinessTransport) -> any ReadinessTransport

private func onBoth(_ adapt: Adapting, _ pair: TransportConformance.Pair) -> TransportConformance.Pair {
    (adapt(pair.0), adapt(pair.1))
}

private func onFirst(_ adapt: Adapting, _ pair: TransportConformance.Pair) -> TransportConformance.Pair {
    (adapt(pair.0), pair.1)
}
