// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

/// A server's end of a connection that tells when the client's end was closed.
final class EndWatchingTransport: ReadinessTransport {
    private let base: any ReadinessTransport
    private let ended: @Sendable () -> Void

    init(_ base: any ReadinessTransport, ended: @escaping @Sendable () -> Void) {
        self.base = base
        self.ended = ended
    }

    var canWaitInline: Bool { false }

    func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        let result = try base.tryRead(into: &buffer)
        if result == .endOfStream { ended() }
        return result
    }

    func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult { .wouldBlock }

    func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int { try base.tryWrite(bytes) }

    func finishWriting() throws(TransportError) { try base.finishWriting() }

    func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) { base.setReadinessHandler(handler) }

    func arm(_ interest: Readiness) { base.arm(interest) }

    func close() { base.close() }
}
