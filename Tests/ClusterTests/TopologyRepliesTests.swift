// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Cluster
import RESPCodec
import Testing

@Suite struct TopologyRepliesTests {
    private let asked = NodeAddress(host: "asked.example", port: 7000)

    /// A reply built from literals, in either protocol.
    indirect enum Reply: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral,
        ExpressibleByDictionaryLiteral
    {
        case text(String), integer(Int), null, list([Reply]), fields([(String, Reply)])

        init(stringLiteral value: String) { self = .text(value) }
        init(integerLiteral value: Int) { self = .integer(value) }
        init(arrayLiteral elements: Reply...) { self = .list(elements) }
        init(dictionaryLiteral elements: (String, Reply)...) { self = .fields(elements) }

        func encoded(resp3: Bool) -> String {
            switch self {
            case .text(let text): "$\(text.utf8.count)\r\n\(text)\r\n"
            case .integer(let number): ":\(number)\r\n"
            case .null: resp3 ? "_\r\n" : "$-1\r\n"
            case .list(let items):
                "*\(items.count)\r\n" + items.map { $0.encoded(resp3: resp3) }.joined()
            case .fields(let fields):
                (resp3 ? "%\(fields.count)\r\n" : "*\(fields.count * 2)\r\n")
                    + fields.map { Reply.text($0).encoded(resp3: resp3) + $1.encoded(resp3: resp3) }.joined()
            }
        }

        func frame(resp3: Bool) throws -> RESPFrame {
            try RESPFrame(encoded: Array(encoded(resp3: resp3).utf8))
        }
    }

    /// A node of `CLUSTER SHARDS` as Valkey 8 lists it.
    private static func listed(
        _ host: Reply, _ port: Int, role: String, health: String = "online", ip: Reply = "10.1.1.1"
    ) -> Reply {
        [
            "id": "e10b7051d6bf2d5febd39a2be297bbaea6084111", "port": .integer(port), "ip": ip, "endpoint": host,
            "role": .text(role), "replication-offset": 72156, "health": .text(health),
            "availability-zone": "",
        ]
    }

    private func shards(_ reply: Reply, resp3: Bool = true, usesTLS: Bool = false) throws -> ClusterTopology {
        try ClusterTopology(shardsReply: reply.frame(resp3: resp3), from: asked, usesTLS: usesTLS)
    }

    private func slots(_ reply: Reply, resp3: Bool = true) throws -> ClusterTopology {
        try ClusterTopology(slotsReply: reply.frame(resp3: resp3), from: asked)
    }

    // MARK: CLUSTER SHARDS

    @Test(arguments: [true, false])
    func `shards are read in both protocols`(resp3: Bool) throws {
        let reply: Reply = [
            [
                "slots": [0, 5460, 5462, 5462],
                "nodes": [
                    Self.listed("a", 1, role: "replica"), Self.listed("b", 2, role: "master"),
                    Self.listed("c", 3, role: "replica"),
                ],
            ],
            ["slots": [5461, 5461, 5463, 16383], "nodes": [Self.listed("d", 4, role: "primary")]],
        ]
        let topology = try shards(reply, resp3: resp3)
        #expect(
            topology.shards == [
                .init(
                    primary: .init(host: "b", port: 2),
                    replicas: [.init(host: "a", port: 1), .init(host: "c", port: 3)], slots: [0...5460, 5462...5462]),
                .init(primary: .init(host: "d", port: 4), slots: [5461...5461, 5463...16383]),
            ])
        #expect(topology.isComplete)
    }

    /// What the server says of a node's host, and the host that is meant.
    static let hosts: [(endpoint: Reply, ip: Reply, host: String)] = [
        ("10.0.0.7", "10.0.0.7", "10.0.0.7"), ("name.example", "10.0.0.7", "name.example"),
        (.null, "10.0.0.7", "asked.example"), ("", "", "asked.example"), ("?", "10.0.0.7", "10.0.0.7"),
        ("?", "", "asked.example"), ("?", .null, "asked.example"),
    ]

    @Test(arguments: hosts.indices, [true, false])
    func `a host that the server does not tell is the asked one`(row: Int, resp3: Bool) throws {
        let (endpoint, ip, host) = Self.hosts[row]
        let listed: Reply = [["slots": [0, 9], "nodes": [Self.listed(endpoint, 5, role: "master", ip: ip)]]]
        #expect(try shards(listed, resp3: resp3).shards[0].primary == NodeAddress(host: host, port: 5))
        let ranged: Reply = [[0, 9, [endpoint, 5, "id", ["ip": ip]]]]
        #expect(try slots(ranged, resp3: resp3).shards[0].primary == NodeAddress(host: host, port: 5))
    }

    @Test func `failed and loading replicas are left out`() throws {
        let reply: Reply = [
            [
                "slots": [0, 9],
                "nodes": [
                    Self.listed("a", 1, role: "master"), Self.listed("b", 2, role: "replica", health: "fail"),
                    Self.listed("c", 3, role: "replica", health: "loading"), Self.listed("d", 4, role: "replica"),
                ],
            ]
        ]
        #expect(try shards(reply).shards[0].replicas == [NodeAddress(host: "d", port: 4)])
    }

    @Test func `a healthy primary counts before a failed one, and a failed one before none`() throws {
        let reply: Reply = [
            [
                "slots": [0, 9],
                "nodes": [
                    Self.listed("a", 1, role: "master", health: "fail"), Self.listed("b", 2, role: "master"),
                ],
            ],
            ["slots": [10, 19], "nodes": [Self.listed("c", 3, role: "master", health: "fail")]],
            ["slots": [20, 29], "nodes": [Self.listed("d", 4, role: "replica")]],
        ]
        let topology = try shards(reply)
        #expect(topology.shards.map(\.primary.host) == ["b", "c"])
        #expect(topology.coverage == 20)
    }

    @Test func `a shard without slots is known but serves nothing`() throws {
        let topology = try shards([["slots": [], "nodes": [Self.listed("a", 1, role: "master")]]])
        #expect(topology.nodes == [NodeAddress(host: "a", port: 1)])
        #expect(topology.coverage == 0)
    }

    /// The ports of a node, whether TLS is used, and the port taken.
    static let ports: [(plain: Int?, tls: Int?, usesTLS: Bool, port: Int)] = [
        (1, nil, false, 1), (1, 2, false, 1), (1, 2, true, 2), (nil, 2, false, 2), (1, nil, true, 1),
    ]

    @Test(arguments: ports)
    func `the port of the kind in use is taken`(row: (plain: Int?, tls: Int?, usesTLS: Bool, port: Int)) throws {
        var fields: [(String, Reply)] = [("endpoint", "a"), ("role", "master")]
        if let plain = row.plain { fields.append(("port", .integer(plain))) }
        if let tls = row.tls { fields.append(("tls-port", .integer(tls))) }
        let topology = try shards([["slots": [0, 0], "nodes": [.fields(fields)]]], usesTLS: row.usesTLS)
        #expect(topology.shards[0].primary == NodeAddress(host: "a", port: row.port))
    }

    // MARK: CLUSTER SLOTS

    @Test(arguments: [true, false])
    func `slots are read in both protocols and ranges of one primary are one shard`(resp3: Bool) throws {
        let reply: Reply = [
            [0, 99, ["a", 1, "id-a", ["hostname": "a.example"]], ["b", 2, "id-b", []]],
            [100, 16383, ["c", 3]],
            [200, 299, ["a", 1, "id-a"], ["b", 2, "id-b"]],
        ]
        let topology = try slots(reply, resp3: resp3)
        #expect(
            topology.shards == [
                .init(
                    primary: .init(host: "a", port: 1), replicas: [.init(host: "b", port: 2)], slots: [0...99]),
                .init(primary: .init(host: "c", port: 3), slots: [100...16383]),
            ])
    }

    @Test func `a range without nodes is not served`() throws {
        #expect(try slots([[0, 9], [10, 19, ["a", 1, "id"]]]).coverage == 10)
    }

    @Test func `a node that knows of no slots says so`() throws {
        #expect(try slots([]).coverage == 0)
        #expect(try shards([]).shards == [])
    }

    // MARK: Malformed

    static let malformedShards: [(reply: Reply, defect: TopologyDefect)] = [
        ("OK", .unexpectedShape(wanted: "a list", found: "a string", path: "")),
        (.null, .unexpectedShape(wanted: "a list", found: "null", path: "")),
        ([7], .unexpectedShape(wanted: "a list", found: "an integer", path: "[0]")),
        ([["slots"]], .unexpectedShape(wanted: "names and values", found: "a list of 1", path: "[0]")),
        ([["slots": 1]], .unexpectedShape(wanted: "a list", found: "an integer", path: "[0].slots")),
        ([["slots": ["x"]]], .unexpectedShape(wanted: "an integer", found: "a string", path: "[0].slots[0]")),
        ([["slots": [1]]], .unpairedSlot(1)),
        ([["slots": [0, 16384]]], .invalidSlotRange(first: 0, last: 16384)),
        ([["slots": [-1, 5]]], .invalidSlotRange(first: -1, last: 5)),
        ([["slots": [9, 8]]], .invalidSlotRange(first: 9, last: 8)),
        ([["nodes": [["endpoint": "a", "port": 1]]]], .missingField("role")),
        ([["nodes": [["endpoint": "a", "role": "master"]]]], .missingField("port")),
        ([["nodes": [["endpoint": "a", "role": "master", "port": 0]]]], .invalidPort(0)),
        ([["nodes": [["endpoint": "a", "role": "master", "port": 65536]]]], .invalidPort(65536)),
        (
            [["nodes": [["endpoint": 5, "role": "master", "port": 1]]]],
            .unexpectedShape(wanted: "a string", found: "an integer", path: "[0].nodes[0].endpoint")
        ),
        (
            [["slots": .list((0..<17).flatMap { _ in [Reply.integer(0), .integer(16383)] })]], .tooLarge
        ),
        (
            .list([["nodes": .list((0..<1001).map { _ in listed("a", 1, role: "replica") })]]), .tooLarge
        ),
    ]

    @Test(arguments: malformedShards.indices, [true, false])
    func `malformed shards are refused with what is wrong and where`(row: Int, resp3: Bool) {
        let (reply, defect) = Self.malformedShards[row]
        #expect(throws: ClusterError.malformedTopology(defect)) { try shards(reply, resp3: resp3) }
    }

    static let malformedSlots: [(reply: Reply, defect: TopologyDefect)] = [
        ([[0]], .missingField("slots")),
        ([[0, 16384, ["a", 1]]], .invalidSlotRange(first: 0, last: 16384)),
        ([[0, 1, ["a"]]], .missingField("port")),
        ([[0, 1, ["a", "x"]]], .unexpectedShape(wanted: "an integer", found: "a string", path: "[0][2][1]")),
        ([[0, 1, "a"]], .unexpectedShape(wanted: "a list", found: "a string", path: "[0][2]")),
        ([[0, 1, ["a", 70000]]], .invalidPort(70000)),
    ]

    @Test(arguments: malformedSlots.indices, [true, false])
    func `malformed slots are refused with what is wrong and where`(row: Int, resp3: Bool) {
        let (reply, defect) = Self.malformedSlots[row]
        #expect(throws: ClusterError.malformedTopology(defect)) { try slots(reply, resp3: resp3) }
    }

    @Test func `a reply nested without end is refused and does not exhaust the stack`() {
        let deep = String(repeating: "*1\r\n", count: 50) + ":1\r\n"
        let wide: Reply = .list([.list([.list([.list([.list([.list([.list([.list([[1]])])])])])])])])
        #expect(throws: ClusterError.self) {
            try ClusterTopology(shardsReply: RESPFrame(encoded: Array(deep.utf8)), from: asked)
        }
        #expect(throws: ClusterError.self) { try slots(wide) }
    }
}
