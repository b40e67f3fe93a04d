// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import Transport

@testable import Pipeline

@Suite struct EndpointStateMachineTests {
    private static func server(_ number: Int) -> Endpoint { .tcp(host: "10.0.0.\(number)", port: 6379) }
    private var machine = EndpointStateMachine(Self.server(1))

    @Test mutating func `connections go to the configured endpoint, and behind a redirect to where it leads`() {
        #expect(machine.current == Self.server(1))
        machine.redirected(to: Self.server(2))
        #expect(machine.current == Self.server(2))
        machine.redirected(to: Self.server(3))
        #expect(machine.current == Self.server(3))
        machine.redirected(to: Self.server(1))
        #expect(machine.current == Self.server(1))
    }

    @Test mutating func `where no connection can be made, it is the other's turn`() {
        machine.failed(Self.server(1))
        #expect(machine.current == Self.server(1), "there is no other")
        machine.redirected(to: Self.server(2))
        machine.failed(Self.server(2))
        #expect(machine.current == Self.server(1))
        machine.failed(Self.server(1))
        #expect(machine.current == Self.server(2))
    }

    @Test mutating func `a dial that fails late, to where nobody goes any more, changes nothing`() {
        machine.redirected(to: Self.server(2))
        machine.failed(Self.server(1))
        #expect(machine.current == Self.server(2))
    }
}
