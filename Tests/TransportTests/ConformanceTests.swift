// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

@Suite struct ConformanceTests {
    enum Subject: CaseIterable, Sendable {
        case tcp(QueueKind)
        case socketPair(QueueKind)
        case memory
        case memoryInSmallPieces
        case adapter
        case adapterOverSocket
        case bothAdaptersOverMemory
        case bothAdaptersOverSocket(QueueKind)

        static let allCases: [Subject] =
            QueueKind.allCases.flatMap { [.tcp($0), .socketPair($0), .bothAdaptersOverSocket($0)] }
            + [.memory, .memoryInSmallPieces, .adapter, .adapterOverSocket, .bothAdaptersOverMemory]

        func makePair() async throws -> TransportConformance.Pair {
            switch self {
            case .tcp(let kind):
                return try await makeTCPPair(try kind.makeLoop())
            case .socketPair(let kind):
                let (loop, ends) = (try kind.makeLoop(), try makeSocketPair())
                return (
                    try SocketTransport(adopting: ends.0, eventLoop: loop),
                    try SocketTransport(adopting: ends.1, eventLoop: loop)
                )
            case .memory:
                return InMemoryTransport.pair()
            case .memoryInSmallPieces:
                var options = InMemoryTransport.Options()
                options.maximumRead = 1009
                options.maximumWrite = 2003
                options.canWaitInline = true
                return InMemoryTransport.pair(options)
            case .adapter:
                let (first, second) = InMemoryTransport.pair()
                return (ByteTransportAdapter(SampleByteTransport(first)), second)
            case .adapterOverSocket:
                let (first, second) = try await makeTCPPair(.shared)
                return (
                    ByteTransportAdapter(SampleByteTransport(first)),
                    ByteTransportAdapter(SampleByteTransport(second), readAhead: 10_000, writeBehind: 3_000)
                )
            case .bothAdaptersOverMemory:
                let (first, second) = InMemoryTransport.pair()
                return (thereAndBack(first), thereAndBack(second))
            case .bothAdaptersOverSocket(let kind):
                let (first, second) = try await makeTCPPair(try kind.makeLoop())
                return (thereAndBack(first), thereAndBack(second))
            }
        }

        /// Made a byte transport, and a readiness transport again.
        private func thereAndBack(_ transport: any ReadinessTransport) -> any ReadinessTransport {
            ByteTransportAdapter(ReadinessTransportAdapter(transport))
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: Subject.allCases, TransportConformance.Check.allCases)
    func `every transport keeps the promises of the readiness core`(
        subject: Subject, check: TransportConformance.Check
    ) async throws {
        try await TransportConformance { try await subject.makePair() }.run(check)
    }
}
