// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ValkeyToolkit

@Suite struct ValkeyClusterClientTests {
    @Test func `the URL's host is the seed, and its options are for all nodes`() throws {
        let configuration = try ClusterConfiguration(url: "valkey://ann:secret@[::1]:7000?client_name=api")
        #expect(configuration.seeds == [NodeAddress(host: "::1", port: 7000)])
        #expect(configuration.node.credentials == Credentials(username: "ann", password: "secret"))
        #expect(configuration.node.clientName == "api")
    }

    @Test func `a cluster isn't found through a Unix socket`() {
        #expect(throws: ClientURLError.needsHost) { try ValkeyClusterClient("unix:///run/valkey.sock") }
    }

    @Test func `a cluster has one database`() {
        #expect(throws: ClusterError.databaseNotSupported(3)) { try ValkeyClusterClient("valkey://h/3") }
    }
}
