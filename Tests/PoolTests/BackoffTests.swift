// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool
internal import Testing

@Suite struct BackoffTests {
    let backoff = Backoff(initial: .milliseconds(50), maximum: .seconds(2))

    @Test(arguments: [(0, 0), (1, 50), (2, 100), (3, 200), (6, 1600), (7, 2000), (8, 2000), (1000, 2000), (.max, 2000)])
    func `the ceiling doubles with each failure up to the maximum`(failures: Int, milliseconds: Int) {
        #expect(backoff.ceiling(afterFailures: failures) == .milliseconds(milliseconds))
    }

    @Test func `the delay is the drawn part of the ceiling`() {
        #expect(backoff.delay(afterFailures: 3, random: 0) == .zero)
        #expect(backoff.delay(afterFailures: 3, random: 0.5) == .milliseconds(100))
        #expect(backoff.delay(afterFailures: 3, random: 1) == .milliseconds(200))
        #expect(backoff.delay(afterFailures: 0, random: 1) == .zero)
    }

    @Test(arguments: [-1, -Double.infinity, Double.nan, 1.5, Double.infinity])
    func `a random source that strays outside its range can't stretch the delay`(random: Double) {
        let delay = backoff.delay(afterFailures: 2, random: random)
        #expect(delay >= .zero && delay <= .milliseconds(100))
    }

    @Test func `a maximum equal to the first delay never grows`() {
        let constant = Backoff(initial: .seconds(1), maximum: .seconds(1))
        #expect(constant.ceiling(afterFailures: 1) == .seconds(1))
        #expect(constant.ceiling(afterFailures: 9) == .seconds(1))
    }
}
