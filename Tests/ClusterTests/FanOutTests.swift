// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Cluster
import Commands
import RESPCodec
import Testing

@Suite struct FanOutTests {
    /// How answers are combined, what nodes 1, 2 and 3 say, and what the caller gets.
    static let merges: [(policy: CommandMetadata.ResponsePolicy, answers: [String], merged: String)] = [
        (.sum, [":1", ":20", ":300"], ":321\r\n"),
        (.minimum, [":4", ":2", ":3"], ":2\r\n"),
        (.maximum, [":4", ":2", ":3"], ":4\r\n"),
        (.logicalAnd, [":7", ":3", ":6"], ":2\r\n"),
        (.logicalOr, [":1", ":2", ":4"], ":7\r\n"),
        (.logicalAnd, ["*2\r\n:1\r\n:1", "*2\r\n:0\r\n:1", "*2\r\n:1\r\n:1"], "*2\r\n:0\r\n:1\r\n"),
        (.allSucceeded, ["+OK", "+OK", "+OK"], "+OK\r\n"),
        (.oneSucceeded, ["-NOTBUSY", "+OK", "-NOTBUSY"], "+OK\r\n"),
        (.none, ["*1\r\n+a", "*0", "*2\r\n+b\r\n+c"], "*3\r\n+a\r\n+b\r\n+c\r\n"),
    ]

    private func cluster(_ answers: [String]) -> FakeCluster {
        FakeCluster { request in
            for (index, answer) in answers.enumerated() where request.node == node(index + 1) {
                return .reply(answer + "\r\n")
            }
            return .reply("+replica\r\n")
        }
    }

    @Test(arguments: merges)
    func `the answers of all primaries become one`(
        row: (policy: CommandMetadata.ResponsePolicy, answers: [String], merged: String)
    ) async throws {
        let cluster = cluster(row.answers)
        let router = try cluster.router()
        defer { router.close() }
        let frame = try await router.execute(Keyless("X", .allShards, row.policy))
        #expect(frame == (try RESPFrame(encoded: Array(row.merged.utf8))))
        #expect(Set(cluster.requests.map(\.node)) == [node(1), node(2), node(3)])
    }

    @Test func `a command for all nodes goes to replicas too`() async throws {
        let cluster = cluster(["+OK", "+OK", "+OK"])
        let router = try cluster.router()
        defer { router.close() }
        _ = try await router.execute(Keyless("X", .allNodes, .allSucceeded))
        #expect(Set(cluster.requests.map(\.node)) == Set((1...6).map { node($0) }))
    }

    @Test func `one failure fails what all must do, and all failures fail what one must do`() async throws {
        let cluster = cluster([":1", "-ERR no", ":3"])
        let router = try cluster.router()
        defer { router.close() }
        await #expect(throws: ServerError(message: "ERR no")) {
            try await router.execute(Keyless("X", .allShards, .sum))
        }
        let failing = self.cluster(["-ERR a", "-ERR b", "-ERR c"])
        let other = try failing.router()
        defer { other.close() }
        await #expect(throws: ServerError(message: "ERR a")) {
            try await other.execute(Keyless("X", .allShards, .oneSucceeded))
        }
    }

    @Test(arguments: [CommandMetadata.RequestPolicy.none, .special])
    func `a command without a rule for many nodes goes to one`(policy: CommandMetadata.RequestPolicy) async throws {
        let cluster = cluster(["+OK", "+OK", "+OK"])
        let router = try cluster.router()
        defer { router.close() }
        _ = try await router.execute(Keyless("X", policy, .none))
        _ = try await router.execute(Keyless("X", .allShards, .special))
        #expect(cluster.requests.count == 2)
    }
}
