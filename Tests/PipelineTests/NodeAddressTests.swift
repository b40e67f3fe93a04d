// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Testing

@Suite struct NodeAddressTests {
    @Test func `an IPv6 address is described in brackets and others are not`() {
        #expect(NodeAddress(host: "::1", port: 6379).description == "[::1]:6379")
        #expect(NodeAddress(host: "a.example", port: 7000).description == "a.example:7000")
    }

    @Test(arguments: [String?.none, "", "?"])
    func `a host that the server does not know is the host that was asked`(host: String?) {
        let asked = NodeAddress(host: "b.example", port: 1)
        #expect(NodeAddress(host: host, port: 2, namedBy: asked) == NodeAddress(host: "b.example", port: 2))
    }

    @Test func `a host that the server names is taken`() {
        let asked = NodeAddress(host: "b.example", port: 1)
        #expect(NodeAddress(host: "c", port: 2, namedBy: asked) == NodeAddress(host: "c", port: 2))
    }

    @Test func `addresses sort by host and then by port`() {
        let nodes = [("b", 1), ("a", 2), ("a", 1)].map { NodeAddress(host: $0, port: $1) }
        #expect(nodes.sorted().map(\.description) == ["a:1", "a:2", "b:1"])
    }
}
