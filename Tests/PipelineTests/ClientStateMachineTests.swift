// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pool
import Testing

@testable import Pipeline

@Suite struct ClientStateMachineTests {
    private struct Cause: Error, CustomStringConvertible {
        var description: String
    }

    private let first = PoolMemberID(slot: 0, generation: 0)
    private let second = PoolMemberID(slot: 1, generation: 0)

    @Test func `it is idle, connects, is ready, reconnects with the cause, is ready again, and closes`() {
        var machine = ClientStateMachine()
        var seen = ["\(machine.state)"]
        let events: [(inout ClientStateMachine) -> Bool] = [
            { $0.dialing() }, { [first] in $0.opened(first) },
            { [first] in $0.lost(first, Cause(description: "reset")) },
            { $0.dialing() }, { $0.failed(Cause(description: "refused")) }, { [second] in $0.opened(second) },
            { $0.closed() }, { [second] in $0.lost(second, Cause(description: "late")) },
            { [first] in $0.opened(first) },
            { $0.closed() },
        ]
        for event in events where event(&machine) { seen.append("\(machine.state)") }
        #expect(
            seen == [
                "idle", "connecting", "ready", "reconnecting: reset", "reconnecting: refused", "ready", "closed",
            ])
    }

    @Test func `a connection that took another's place makes its end no news`() {
        var machine = ClientStateMachine()
        _ = machine.opened(first)
        let isNews = machine.opened(second)
        let isLoss = machine.lost(first, Cause(description: "retired"))
        #expect(!isNews && !isLoss && machine.state.isReady)
    }

    @Test func `a replacement that can't be dialed is no loss while the old one serves`() {
        var machine = ClientStateMachine()
        _ = machine.opened(first)
        let isNews = machine.failed(Cause(description: "refused"))
        #expect(!isNews && machine.state.isReady)
    }

    @Test func `a first dial that fails is told with its cause`() {
        var machine = ClientStateMachine()
        _ = machine.dialing()
        _ = machine.failed(Cause(description: "refused"))
        #expect("\(machine.state)" == "reconnecting: refused")
    }
}
