// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Transport

/// A transport that breaks one promise of the readiness core and keeps the others.
final class FaultyTransport: ReadinessTransport {
    enum Fault: CaseIterable {
        case callsTheHandlerInsideArm
        case swapsBytes
        case staysOpen
        case keepsTheHandler
        case reportsWhatIsNotArmed
        case endsEarly
        case findsNothingByWaiting
        case tellsOfItsOwnCloseForThePeers
        case neverStopsAWriter
    }

    private let base: any ReadinessTransport
    private let fault: Fault
    private let handler = Mutex<(@Sendable (Readiness) -> Void)?>(nil)

    init(_ base: any ReadinessTransport, _ fault: Fault) {
        self.base = base
        self.fault = fault
    }

    func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        let before = buffer.count
        let result = try base.tryRead(into: &buffer)
        guard case .bytes(let count) = result else {
            return fault == .endsEarly && result == .wouldBlock ? .endOfStream : result
        }
        if fault == .swapsBytes, count > 1 { buffer.swapAt(before, before + 1) }
        return result
    }

    func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        if fault == .neverStopsAWriter { return bytes.count }
        do throws(TransportError) {
            return try base.tryWrite(bytes)
        } catch {
            throw fault == .tellsOfItsOwnCloseForThePeers ? .closed : error
        }
    }

    func finishWriting() throws(TransportError) { try base.finishWriting() }

    var canWaitInline: Bool { base.canWaitInline }

    func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        fault == .findsNothingByWaiting ? .wouldBlock : try base.readWaiting(into: &buffer)
    }

    func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        self.handler.withLock { $0 = handler }
        let fault = fault
        base.setReadinessHandler { readiness in
            handler(fault == .reportsWhatIsNotArmed ? [.readable, .writable] : readiness)
        }
    }

    func arm(_ interest: Readiness) {
        if fault == .callsTheHandlerInsideArm, let handler = handler.withLock({ $0 }) { return handler(interest) }
        base.arm(interest)
    }

    func close() {
        if fault != .keepsTheHandler { handler.withLock { $0 = nil } }
        if fault != .staysOpen { base.close() }
    }
}
