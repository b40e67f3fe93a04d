// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Transport

/// Checks that a transport keeps the promises of `ReadinessTransport`, the ones a connection builds on.
///
/// Run every check for a transport of your own, each as a test case:
///
/// ```swift
/// @Test(.timeLimit(.minutes(1)), arguments: TransportConformance.Check.allCases)
/// func `my transport conforms`(check: TransportConformance.Check) async throws {
///     try await TransportConformance { try await makeMyConnectedPair() }.run(check)
/// }
/// ```
///
/// The checks need no clock: a promise broken by silence shows as a test that doesn't end, hence the time limit.
public struct TransportConformance: Sendable {
    /// Two ends of one connection.
    public typealias Pair = (any ReadinessTransport, any ReadinessTransport)

    /// One promise.
    public enum Check: String, CaseIterable, Hashable, Sendable {
        /// Bytes arrive complete and in order, in both directions.
        case bytesArriveInOrder
        /// A read gives no more than its buffer takes, and the rest to the next ones.
        case smallBuffersLoseNothing
        /// A read of nothing would block.
        case nothingToReadWouldBlock
        /// A peer that doesn't read stops the writer; the writer is told when it may go on, and nothing is lost.
        case backPressureStopsAndResumesTheWriter
        /// Both ends write megabytes at once while they read.
        case bothDirectionsFlowAtOnce
        /// Two ends that have filled the room towards each other both go on once they read.
        case bothDirectionsFullMoveOn
        /// Several pieces of memory in one write arrive as one stream.
        case piecesArriveInOrder
        /// `finishWriting` ends one direction, after what was written; the other goes on.
        case finishingEndsOneDirection
        /// After `finishWriting`, writes throw `writingFinished` and reading goes on.
        case writingAfterFinishingIsRefused
        /// The end of the peer's direction is reported to who waits to read; one's own direction goes on.
        case thePeersFinishIsReadable
        /// A write that has failed fails the same way again, and so does what ended reading.
        case errorsStay
        /// What was written before a close is read before the end of the stream, which stays.
        case closingDeliversWhatWasWritten
        /// Writes to a peer that closed come to throw.
        case writingToAClosedPeerBreaks
        /// After `close`, reads and writes throw `closed`, and closing again does nothing.
        case aClosedTransportSaysSo
        /// A transport that is dropped is closed.
        case droppingCloses
        /// One `arm`, one call.
        case armingIsOneShot
        /// A level that holds already calls the handler.
        case aLevelThatHoldsFires
        /// The handler is never called inside `arm`.
        case theHandlerIsNotCalledInsideArm
        /// Of two armed interests the one that holds is reported; the other stays armed.
        case armingBothReportsEach
        /// Arming an interest keeps another that is armed.
        case armingAddsToWhatIsArmed
        /// The peer's close is reported to who waits to read.
        case thePeersCloseIsReadable
        /// `close` drops the handler and all it holds.
        case closingDropsTheHandler
        /// Closing while another task reads and arms ends that task.
        case closingUnderAReaderIsSafe
        /// Closing while another task writes and arms ends that task.
        case closingUnderAWriterIsSafe
        /// A wait that somebody has given up costs no byte and no later call.
        case aCancelledReadLosesNothing
        /// A waiting read takes what is there, sees the end of the stream, and ends by itself where nothing comes.
        case waitingInlineSeesWhatIsThere
    }

    let makePair: @Sendable () async throws -> Pair

    /// Makes a suite for the transports that a closure connects, anew for each check.
    public init(makePair: @escaping @Sendable () async throws -> Pair) {
        self.makePair = makePair
    }

    /// Runs one check.
    ///
    /// - Throws: ``TransportConformanceFailure`` if the transport breaks the promise, or what the transport threw.
    public func run(_ check: Check) async throws {
        let pair = try await makePair()
        defer {
            pair.0.close()
            pair.1.close()
        }
        switch check {
        case .bytesArriveInOrder: try await bytesArriveInOrder(pair)
        case .smallBuffersLoseNothing: try await smallBuffersLoseNothing(pair)
        case .nothingToReadWouldBlock: try await nothingToReadWouldBlock(pair)
        case .backPressureStopsAndResumesTheWriter: try await backPressureStopsAndResumesTheWriter(pair)
        case .bothDirectionsFlowAtOnce: try await bothDirectionsFlowAtOnce(pair)
        case .bothDirectionsFullMoveOn: try await bothDirectionsFullMoveOn(pair)
        case .piecesArriveInOrder: try await piecesArriveInOrder(pair)
        case .finishingEndsOneDirection: try await finishingEndsOneDirection(pair)
        case .writingAfterFinishingIsRefused: try await writingAfterFinishingIsRefused(pair)
        case .thePeersFinishIsReadable: try await thePeersFinishIsReadable(pair)
        case .errorsStay: try await errorsStay(pair)
        case .closingDeliversWhatWasWritten: try await closingDeliversWhatWasWritten(pair)
        case .writingToAClosedPeerBreaks: try await writingToAClosedPeerBreaks(pair)
        case .aClosedTransportSaysSo: try await aClosedTransportSaysSo(pair)
        case .droppingCloses: try await droppingCloses()
        case .armingIsOneShot: try await armingIsOneShot(pair)
        case .aLevelThatHoldsFires: try await aLevelThatHoldsFires(pair)
        case .theHandlerIsNotCalledInsideArm: try await theHandlerIsNotCalledInsideArm(pair)
        case .armingBothReportsEach: try await armingBothReportsEach(pair)
        case .armingAddsToWhatIsArmed: try await armingAddsToWhatIsArmed(pair)
        case .thePeersCloseIsReadable: try await thePeersCloseIsReadable(pair)
        case .closingDropsTheHandler: try await closingDropsTheHandler(pair)
        case .closingUnderAReaderIsSafe: try await closingUnderAReaderIsSafe(pair)
        case .closingUnderAWriterIsSafe: try await closingUnderAWriterIsSafe(pair)
        case .aCancelledReadLosesNothing: try await aCancelledReadLosesNothing(pair)
        case .waitingInlineSeesWhatIsThere: try await waitingInlineSeesWhatIsThere(pair)
        }
    }

    func expect(_ condition: Bool, _ promise: String) throws {
        if !condition { throw TransportConformanceFailure(promise: promise) }
    }
}

/// A promise that a transport broke.
public struct TransportConformanceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What should have been, as a sentence.
    public var promise: String

    /// The promise.
    public var description: String { "not kept: \(promise)" }
}
