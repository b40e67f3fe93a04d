// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@testable import Pipeline

/// Who the primary is, by what servers say of themselves, and which replica is read from.
@Suite struct ReplicationStateMachineTests {
    private static let start = Moment(nanoseconds: 1_000_000_000)

    private static func server(_ number: Int) -> NodeAddress { NodeAddress(host: "10.0.0.\(number)", port: 6379) }

    /// A primary with replicas, each by its number and offset, as its reply says it.
    private static func primary(_ offset: Int = 100, _ replicas: (Int, Int)...) -> ReplicationRole {
        func text(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }
        var reply = "*3\r\n\(text("master")):\(offset)\r\n*\(replicas.count)\r\n"
        for (number, offset) in replicas {
            reply += "*3\r\n\(text(server(number).host))\(text("6379"))\(text("\(offset)"))"
        }
        return (try? RESPFrame(encoded: Array(reply.utf8)).decode(as: ReplicationRole.self)) ?? .sentinel(groups: [])
    }

    private static func replica(of number: Int, _ state: ReplicationRole.LinkState = .connected) -> ReplicationRole {
        .replica(primaryHost: server(number).host, primaryPort: 6379, state: state, offset: 100)
    }

    /// A machine that has looked up these roles; those that are not there did not answer.
    private static func machine(
        _ roles: [Int: ReplicationRole], seeds: [Int] = [1, 2, 3], maximumLag: Int? = nil
    ) -> ReplicationStateMachine {
        var machine = ReplicationStateMachine(seeds: seeds.map(server), maximumLag: maximumLag)
        _ = machine.lookUp(roles)
        return machine
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var roles: [Int: ReplicationRole]
        var primary: Int? = nil
    }

    @Test(arguments: [
        Row(
            testDescription: "one primary",
            roles: [1: replica(of: 2), 2: primary(9, (1, 9), (3, 9)), 3: replica(of: 2)],
            primary: 2),
        Row(testDescription: "alone", roles: [3: primary()], primary: 3),
        Row(testDescription: "nobody answers", roles: [:], primary: nil),
        Row(testDescription: "replicas only", roles: [1: replica(of: 2, .connect), 3: replica(of: 2, .connect)]),
        Row(testDescription: "a Sentinel is none", roles: [1: .sentinel(groups: ["a"])]),
        Row(
            testDescription: "an old primary has come back: the replicas' word counts",
            roles: [1: primary(10_000), 2: primary(200, (3, 200)), 3: replica(of: 2)], primary: 2),
        Row(
            testDescription: "the replica does not answer: who has replicas counts",
            roles: [1: primary(10_000), 2: primary(200, (3, 200))], primary: 2),
        Row(
            testDescription: "two without replicas: who is ahead", roles: [1: primary(100), 2: primary(200)], primary: 2
        ),
        Row(
            testDescription: "two alike: the first that was asked", roles: [1: primary(100), 2: primary(100)],
            primary: 1),
    ])
    func `the primary is who says so, and whom the others follow`(row: Row) {
        var machine = ReplicationStateMachine(seeds: [1, 2, 3].map(Self.server))
        let isFound = machine.lookUp(row.roles)
        #expect(isFound == (row.primary != nil) && machine.isTrusted == isFound)
        #expect(machine.primary == row.primary.map(Self.server))
    }

    @Test func `a look-up asks everybody who was ever heard of, each once`() {
        var machine = Self.machine([2: Self.primary(9, (4, 9), (1, 9))], seeds: [1, 2])
        machine.doubt(Self.server(2), naming: Self.server(5))
        let asked = machine.beginLookUp()
        #expect(asked == [5, 2, 4, 1].map(Self.server))
    }

    @Test func `a look-up waits for all, and only a moment more once a primary has answered`() {
        var machine = ReplicationStateMachine(seeds: [1, 2, 3].map(Self.server))
        _ = machine.beginLookUp()
        let steps = [
            machine.answered(Self.server(1), nil), machine.answered(Self.server(2), Self.primary()),
            machine.answered(Self.server(3), nil),
        ]
        #expect(steps == [.more, .moreForAMoment, .enough])
    }

    @Test func `what is known of the primary holds until something speaks against it`() {
        var machine = Self.machine([1: Self.primary()])
        machine.doubt(Self.server(2))
        #expect(machine.isTrusted, "another server's trouble")
        machine.doubt(Self.server(1))
        #expect(!machine.isTrusted && machine.primary == Self.server(1))
        let isFound = machine.lookUp([:])
        #expect(!isFound && machine.primary == Self.server(1), "who it was is still asked first")
        let isBack = machine.lookUp([1: Self.replica(of: 2), 2: Self.primary()])
        #expect(isBack && machine.isTrusted && machine.primary == Self.server(2))
    }

    // MARK: Replicas

    private static let three: [Int: ReplicationRole] = [
        1: primary(1_000, (2, 1_000), (3, 900), (4, 0)), 2: replica(of: 1), 3: replica(of: 1), 4: replica(of: 1),
    ]

    private func reads(_ machine: inout ReplicationStateMachine, at now: Moment = start, _ unready: Int...) -> Set<
        String
    > {
        var found: Set<String> = []
        for _ in 1...12 {
            let next = machine.nextReplica(at: now) { address in !unready.map(Self.server).contains(address) }
            if let next { found.insert(next.host) }
        }
        return found
    }

    @Test func `reads go round the replicas`() {
        var machine = Self.machine(Self.three)
        let round = (1...6).map { _ in machine.nextReplica(at: Self.start) { _ in true } }
        #expect(Set(round.prefix(3)).count == 3 && round.prefix(3) == round.suffix(3))
    }

    @Test func `those without a connection, those that lag and those that follow nobody are passed over`() {
        var machine = Self.machine(Self.three)
        do { let hosts = reads(&machine, 2); #expect(hosts == ["10.0.0.3", "10.0.0.4"]) }
        machine = Self.machine(Self.three, maximumLag: 100)
        do { let hosts = reads(&machine); #expect(hosts == ["10.0.0.2", "10.0.0.3"]) }
        machine = Self.machine(Self.three.merging([3: Self.replica(of: 1, .synchronizing)]) { $1 })
        do { let hosts = reads(&machine); #expect(hosts == ["10.0.0.2", "10.0.0.4"]) }
        machine = Self.machine([1: Self.primary()])
        do { let hosts = reads(&machine); #expect(hosts.isEmpty) }
    }

    @Test func `one that fails rests, longer each time, and a look-up that it answers ends that`() {
        var machine = Self.machine(Self.three)
        machine.replicaFailed(Self.server(2), at: Self.start, random: 0)
        do { let hosts = reads(&machine); #expect(hosts == ["10.0.0.3", "10.0.0.4"]) }
        let later = Self.start + 100_000_000
        do { let hosts = reads(&machine, at: later); #expect(hosts.contains("10.0.0.2")) }
        machine.replicaFailed(Self.server(2), at: later, random: 0)
        do { let hosts = reads(&machine, at: later + 199_999_999); #expect(!hosts.contains("10.0.0.2")) }
        do { let hosts = reads(&machine, at: later + 200_000_000); #expect(hosts.contains("10.0.0.2")) }
        for _ in 1...100 { machine.replicaFailed(Self.server(2), at: later, random: 0.5) }
        do { let hosts = reads(&machine, at: later + 6_400_000_000); #expect(hosts.contains("10.0.0.2")) }
        _ = machine.lookUp([1: Self.primary(1_000, (2, 1_000))])
        do { let hosts = reads(&machine, at: later); #expect(hosts.isEmpty, "it did not answer") }
        _ = machine.lookUp([1: Self.primary(1_000, (2, 1_000)), 2: Self.replica(of: 1)])
        do { let hosts = reads(&machine, at: later); #expect(hosts == ["10.0.0.2"]) }
    }

    @Test func `what is known of replicas grows stale`() {
        #expect(ReplicationStateMachine(seeds: []).isStale(at: Self.start, after: 10))
        let machine = Self.machine(Self.three)
        #expect(!machine.isStale(at: Self.start + 9, after: 10))
        #expect(machine.isStale(at: Self.start + 10, after: 10))
    }
}

extension ReplicationStateMachine {
    /// Asks everybody; returns whether there is a primary.
    fileprivate mutating func lookUp(_ roles: [Int: ReplicationRole]) -> Bool {
        for address in beginLookUp() {
            let number = address.host.split(separator: ".").last.flatMap { Int($0) }
            _ = answered(address, number.flatMap { roles[$0] })
        }
        return settle(at: Moment(nanoseconds: 1_000_000_000))
    }
}
