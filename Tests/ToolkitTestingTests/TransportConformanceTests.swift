// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting
import Transport

@Suite(.timeLimit(.minutes(1))) struct TransportConformanceTests {
    @Test(arguments: [
        (FaultyTransport.Fault.callsTheHandlerInsideArm, TransportConformance.Check.theHandlerIsNotCalledInsideArm),
        (.swapsBytes, .bytesArriveInOrder), (.swapsBytes, .bothDirectionsFlowAtOnce),
        (.staysOpen, .aClosedTransportSaysSo), (.keepsTheHandler, .closingDropsTheHandler),
        (.reportsWhatIsNotArmed, .armingBothReportsEach), (.reportsWhatIsNotArmed, .armingIsOneShot),
        (.reportsWhatIsNotArmed, .armingAddsToWhatIsArmed), (.endsEarly, .nothingToReadWouldBlock),
        (.findsNothingByWaiting, .waitingInlineSeesWhatIsThere),
        (.tellsOfItsOwnCloseForThePeers, .writingToAClosedPeerBreaks),
        (.neverStopsAWriter, .backPressureStopsAndResumesTheWriter),
        (.swapsPieces, .piecesArriveInOrder), (.countsPiecesForBytes, .piecesArriveInOrder),
        (.finishesNothing, .writingAfterFinishingIsRefused),
        (.finishesBothDirections, .finishingEndsOneDirection),
        (.finishesBothDirections, .writingAfterFinishingIsRefused),
        (.writesAfterFinishing, .writingAfterFinishingIsRefused), (.forgetsItsErrors, .errorsStay),
        (.endsByItsOwnClose, .closingUnderAReaderIsSafe), (.endsByItsOwnClose, .closingUnderAWriterIsSafe),
        (.endsByItsOwnClose, .aClosedTransportSaysSo),
    ])
    func `a broken promise is found`(fault: FaultyTransport.Fault, check: TransportConformance.Check) async {
        let conformance = TransportConformance {
            let (first, second) = InMemoryTransport.pair()
            // Reads are broken at the far end, all else at the near one.
            return fault == .swapsBytes
                ? (first, FaultyTransport(second, fault)) : (FaultyTransport(first, fault), second)
        }
        await #expect(throws: TransportConformanceFailure.self) { try await conformance.run(check) }
    }
}
