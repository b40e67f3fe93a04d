// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

@Suite(.timeLimit(.minutes(3))) struct ClusterScanTests {
    /// Keys of all nodes, and a pattern that matches them alone.
    private func setKeys(_ client: ValkeyClusterClient, count: Int) async throws -> (keys: Set<String>, pattern: String)
    {
        let prefix = "scan\(unique("").filter(\.isNumber))"
        let keys = Set((0..<count).map { "\(prefix):\($0)" })
        let batch = client.pipeline()
        for key in keys { batch.set(key, "v") }
        _ = try await batch.run()
        return (keys, "\(prefix):*")
    }

    @Test(arguments: ClusterDialect.all)
    func `a scan finds the keys of every node, those alone that match, and none twice while nothing moves`(
        dialect: ClusterDialect
    ) async throws {
        try await dialect.withClient { client, _ async throws in
            let (keys, pattern) = try await setKeys(client, count: 600)
            var found: [String] = []
            for try await key in client.scanAll(match: pattern, count: 100, type: "string", as: String.self) {
                found.append(key)
            }
            #expect(Set(found) == keys)
            #expect(found.count == keys.count)
            for try await _ in client.scanAll(match: pattern, type: "list") { Issue.record("there is no list") }
            var pages = 0
            for try await page in client.with(timeout: .seconds(50)).scanAll(match: pattern, count: 50).pages {
                pages += page.isEmpty ? 0 : 1
            }
            #expect(pages >= 3)
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `whoever stops early leaves nothing behind`(version: ServerVersion) async throws {
        let cluster = try await SharedServers.shared.cluster(version)
        let name = "scanner\(unique("").filter(\.isNumber))"
        try await cluster.withClient(configure: { $0.node.clientName = name }) { client async throws in
            let (_, pattern) = try await setKeys(client, count: 100)
            for try await _ in client.scanAll(match: pattern, count: 5) { break }
            // Nothing is owed or waits: every connection is as it was before.
            #expect(await client.shutdown(within: .seconds(50)))
            for node in cluster.nodes {
                try await eventually("all are closed") { try await node.connections(named: name).isEmpty }
            }
        }
    }

    @Test(arguments: ClusterDialect.versions)
    func `keys whose slots move while they are scanned come all the same`(version: ServerVersion) async throws {
        try await ChangingClusters.moving.withCluster(version) { cluster async throws in
            try await cluster.withClient { client async throws in
                let nodes = cluster.nodes
                var (keys, _) = try await setKeys(client, count: 300)
                let names = (0..<3).map { cluster.uniqueName("moving", on: $0) }
                let tagged = names.flatMap { name in (0..<20).map { "{\(name)}:\($0)" } }
                for key in tagged { try await client.set(key, "v") }
                keys.formUnion(tagged)
                func move(_ index: Int, from source: Int, to target: Int) -> SlotMove {
                    SlotMove(slotOf: names[index], from: nodes[source], to: nodes[target], in: cluster)
                }
                // The first node is scanned first: one slot leaves it meanwhile, one comes to it when it has been scanned,
                // and one is half-way all the time.
                let halfway = move(1, from: 1, to: 0)
                try await halfway.begin()
                try await halfway.moveKeys(10)
                var found: Set<String> = []
                var pages = 0
                for try await page in client.scanAll(count: 10, as: String.self).pages {
                    found.formUnion(page)
                    pages += 1
                    switch pages {
                    case 3: try await move(0, from: 0, to: 2).perform()
                    case 18: try await move(2, from: 2, to: 0).perform()
                    default: break
                    }
                }
                #expect(pages > 25)
                #expect(keys.subtracting(found) == [])
                while try await halfway.moveKeys(100) {}
                try await halfway.finish()
                // As it was before, for other tests.
                try await move(0, from: 2, to: 0).perform()
                try await move(1, from: 0, to: 1).perform()
                try await move(2, from: 0, to: 2).perform()
            }
        }
    }
}
