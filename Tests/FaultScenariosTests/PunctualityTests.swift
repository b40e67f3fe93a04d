// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import fault_scenarios

@Suite struct PunctualityTests {
    private let start = ContinuousClock().systemEpoch

    private func instant(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    @Test(arguments: [(900, false), (1000, false), (1100, false), (1101, true), (5000, true)])
    func `a call may end a tenth of a second after its deadline, and no later`(end: Int, isLate: Bool) {
        var punctuality = Punctuality()
        punctuality.ended("GET", deadline: instant(1000), at: instant(end))
        #expect(punctuality.slowest == .milliseconds(end - 1000))
        #expect(punctuality.violations.isEmpty == !isLate)
    }

    @Test func `what the machine itself was late by is forgiven, if it was at that time`() {
        for (delayEnd, isForgiven) in [(1150, true), (900, false), (1400, false)] {
            var punctuality = Punctuality()
            punctuality.ended("GET", deadline: instant(1000), at: instant(1200))
            punctuality.machineWasLate(by: .milliseconds(120), at: instant(delayEnd))
            #expect(punctuality.violations.isEmpty == isForgiven, "a delay that ended at \(delayEnd)")
            #expect(punctuality.machineDelay == .milliseconds(120))
        }
    }

    @Test func `of connects the most within any second count`() {
        #expect(ConnectRate(instants: []).mostPerSecond == 0)
        let instants = [0, 100, 999, 1000, 1001, 5000].map(instant)
        #expect(ConnectRate(instants: instants).mostPerSecond == 4)
    }
}
