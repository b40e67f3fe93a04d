// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Testing

@testable internal import Pool

/// Long random walks through the machine, each step checked against a model that knows who has what.
@Suite struct PoolStateMachineWalkTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `whatever happens nobody is forgotten, no member is used twice and everything is closed`(seed: UInt64) {
        var walk = PoolWalk(seed: seed)
        for _ in 0..<25_000 { walk.step() }
        walk.finish()
        #expect(walk.faults == [])
        // The walk must have come to everything.
        for (what, count) in walk.seen.sorted(by: { $0.key < $1.key }) where count < 10 {
            Issue.record("\(what): only \(count) times")
        }
        #expect(walk.seen.count == PoolWalk.everything)
        #expect(walk.pools > 20)
    }
}
