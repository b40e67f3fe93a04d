// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting

@testable import fault_scenarios

@Suite struct CallMannerTests {
    private func terms(of manner: CallManner, seed: UInt64, _ count: Int = 1000) -> [CallTerms] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in manner.terms(&generator) }
    }

    @Test func `by default no call has a time of its own, and none is cancelled`() {
        let terms = terms(of: CallManner(), seed: 1)
        #expect(terms.allSatisfy { $0.timeout == nil && $0.cancelledAfter == nil })
    }

    @Test func `times and moments are drawn from their ranges, and as many calls are cancelled as should be`() {
        let manner = CallManner(
            timeout: .milliseconds(20) ... .milliseconds(30), cancelled: 0.2,
            cancelledAfter: .milliseconds(1) ... .milliseconds(2))
        let terms = terms(of: manner, seed: 7)
        #expect(terms.allSatisfy { (.milliseconds(20) ... .milliseconds(30)).contains($0.timeout ?? .zero) })
        let moments = terms.compactMap(\.cancelledAfter)
        #expect(moments.allSatisfy { (.milliseconds(1) ... .milliseconds(2)).contains($0) })
        #expect((150...250).contains(moments.count))
    }

    @Test func `the same seed gives the same terms`() {
        let manner = CallManner(cancelled: 0.5, cancelledAfter: .zero ... .seconds(1))
        let moments = [3, 3, 4].map { terms(of: manner, seed: $0).map(\.cancelledAfter) }
        #expect(moments[0] == moments[1])
        #expect(moments[0] != moments[2])
    }
}
