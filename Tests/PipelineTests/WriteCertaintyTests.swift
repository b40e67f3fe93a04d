// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// A connection that ends while somebody is inside a write.
@Suite(.timeLimit(.minutes(1))) struct WriteCertaintyTests {
    /// Calls a closure inside of a write, before or after the bytes were taken.
    private final class Interrupted: ReadinessTransport {
        let base: any ReadinessTransport
        let takesBytes: Bool
        let interruption = Mutex<(@Sendable () -> Void)?>(nil)

        init(_ base: any ReadinessTransport, takesBytes: Bool) {
            self.base = base
            self.takesBytes = takesBytes
        }

        func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
            guard let interrupt = interruption.withLock({ $0.take() }) else { return try base.tryWrite(bytes) }
            let count = takesBytes ? try base.tryWrite(bytes) : 0
            interrupt()
            if !takesBytes { throw .brokenPipe }
            return count
        }

        var canWaitInline: Bool { base.canWaitInline }
        func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
            try base.tryRead(into: &buffer)
        }
        func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
            try base.readWaiting(into: &buffer)
        }
        func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
            base.setReadinessHandler(handler)
        }
        func arm(_ interest: Readiness) { base.arm(interest) }
        func finishWriting() throws(TransportError) { try base.finishWriting() }
        func close() { base.close() }
    }

    private func certainty(takesBytes: Bool, interrupts: Bool, inline: Bool) async throws -> ExecutionCertainty? {
        let server = ScriptedServer.echo()
        let transport = Interrupted(
            try await server.connector.connect(to: .unix(path: "memory")), takesBytes: takesBytes)
        let clock = ManualClock()
        let connection = RESPConnection(
            transport: transport, settings: ConnectionSettings(),
            environment: ClientEnvironment(server.connector, clock), mode: .commands, onPush: nil, onClose: nil)
        transport.interruption.withLock { interruption in
            interruption = { if interrupts { connection.end(.endOfStream) } }
        }
        let options = CallOptions(now: clock.now, deadline: nil, mayWaitInline: inline)
        do {
            _ = try await connection.roundTrip(options) { echo("text").encode(into: &$0) }
            return nil
        } catch ConnectionError.closed(_, let certainty, _) {
            return certainty
        }
    }

    @Test(arguments: [false, true])
    func `a command that the transport has taken may run, also if the end is seen before the write returns`(
        inline: Bool
    ) async throws {
        #expect(try await certainty(takesBytes: true, interrupts: true, inline: inline) == .outcomeUnknown)
        #expect(try await certainty(takesBytes: true, interrupts: false, inline: inline) == nil)
    }

    @Test(arguments: [false, true])
    func `a command that a failed write did not take can't run`(inline: Bool) async throws {
        #expect(try await certainty(takesBytes: false, interrupts: false, inline: inline) == .notSent)
    }
}
