// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

/// Faults that change no byte keep every promise of the readiness core.
@Suite struct FaultConformanceTests {
    enum Subject: CaseIterable, Sendable {
        case nothing
        case pieces
        case delays
        case everything
        case everythingOverSockets

        var faults: [Fault] {
            switch self {
            case .nothing: []
            case .pieces: [.split(into: 2000...20_000)]
            case .delays: [.delay(.zero ... .milliseconds(50))]
            case .everything, .everythingOverSockets:
                [.split(into: 2000...20_000), .delay(.zero ... .milliseconds(1)), .coalesce(within: .milliseconds(1))]
            }
        }

        func makePair(_ clock: ManualClock) async throws -> TransportConformance.Pair {
            let pair = try await makeBase()
            let options = FaultInjectingTransport.Options(clock: clock)
            return (
                FaultInjectingTransport(pair.0, plan: .both(seed: 1, faults), options: options),
                FaultInjectingTransport(pair.1, plan: .both(seed: 2, faults), options: options)
            )
        }

        private func makeBase() async throws -> TransportConformance.Pair {
            guard self == .everythingOverSockets else { return InMemoryTransport.pair() }
            let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
            async let accepted = listener.accept()
            return (try await SocketConnector().connect(to: listener.endpoint), try await accepted)
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: Subject.allCases, TransportConformance.Check.allCases)
    func `a transport with faults that change no byte conforms`(
        subject: Subject, check: TransportConformance.Check
    ) async throws {
        let clock = ManualClock()
        try await withThrowingTaskGroup { group in
            group.addTask { try await clock.runFreely() }
            try await TransportConformance { try await subject.makePair(clock) }.run(check)
            group.cancelAll()
        }
    }
}
