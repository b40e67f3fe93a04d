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
        case swapsPieces
        case countsPiecesForBytes
        case finishesNothing
        case finishesBothDirections
        case writesAfterFinishing
        case forgetsItsErrors
        case endsByItsOwnClose
    }

    private let base: any ReadinessTransport
    private let fault: Fault
    private let handler = Mutex<(@Sendable (Readiness) -> Void)?>(nil)
    private let hasFinished = Atomic(false)
    private let failures = Atomic(0)

    init(_ base: any ReadinessTransport, _ fault: Fault) {
        self.base = base
        self.fault = fault
    }

    func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        if fault == .finishesBothDirections, hasFinished.load(ordering: .relaxed) { return .endOfStream }
        let before = buffer.count
        let result: ReadResult
        do throws(TransportError) {
            result = try base.tryRead(into: &buffer)
        } catch {
            if fault == .endsByItsOwnClose { return .endOfStream }
            throw error
        }
        guard case .bytes(let count) = result else {
            return fault == .endsEarly && result == .wouldBlock ? .endOfStream : result
        }
        if fault == .swapsBytes, count > 1 { buffer.swapAt(before, before + 1) }
        return result
    }

    func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        if fault == .neverStopsAWriter { return bytes.count }
        do throws(TransportError) {
            if fault == .writesAfterFinishing, hasFinished.load(ordering: .relaxed) { return bytes.count }
            return try base.tryWrite(bytes)
        } catch {
            // Says each time something else.
            if fault == .forgetsItsErrors {
                let count = failures.wrappingAdd(1, ordering: .relaxed).newValue
                throw .custom("failure \(count)")
            }
            throw fault == .tellsOfItsOwnCloseForThePeers ? .closed : error
        }
    }

    func tryWrite(_ segments: borrowing ByteSegments) throws(TransportError) -> Int {
        switch fault {
        case .swapsPieces where segments.count > 1:
            // One byte of the wrong piece is enough.
            return try base.tryWrite(segments[1].extracting(first: 1))
        case .countsPiecesForBytes:
            _ = try base.tryWrite(segments)
            return segments.count
        default:
            return try base.tryWrite(segments)
        }
    }

    func finishWriting() throws(TransportError) {
        if fault == .finishesNothing { return }
        hasFinished.store(true, ordering: .relaxed)
        try base.finishWriting()
    }

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
