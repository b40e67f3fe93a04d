// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ServerSupport
import Testing
import ValkeyToolkit

@Suite(.timeLimit(.minutes(2))) struct ScanTests {
    @Test(arguments: Dialect.all)
    func `a scan finds every key, and only those that match`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let prefix = unique("scan")
            let keys = Set((0..<500).map { "\(prefix):\($0)" })
            let batch = client.pipeline()
            for key in keys { batch.set(key, "v") }
            batch.rpush("\(prefix):list", "e")
            _ = try await batch.run()
            // The brackets of the name are no pattern.
            let pattern = prefix.replacing("<", with: "\\<").replacing(">", with: "\\>") + ":*"
            var found: Set<String> = []
            for try await key in client.scanAll(match: pattern, count: 50, type: "string", as: String.self) {
                found.insert(key)
            }
            #expect(found == keys)
        }
    }

    @Test(arguments: Dialect.all)
    func `fields, members and scores are found in full`(dialect: Dialect) async throws {
        try await dialect.withClient { client async throws in
            let (hash, set, sorted) = (unique("hash"), unique("set"), unique("sorted"))
            let batch = client.pipeline()
            for number in 0..<300 {
                batch.hset(hash, "f\(number)", number)
                batch.sadd(set, "m\(number)")
                batch.zadd(sorted, Double(number), "m\(number)")
            }
            _ = try await batch.run()
            var fields: [String: Int] = [:]
            for try await field in client.hscanAll(hash, count: 20, as: Int.self) {
                fields[String(field.name)] = field.value
            }
            #expect(fields == Dictionary(uniqueKeysWithValues: (0..<300).map { ("f\($0)", $0) }))
            var members: Set<String> = []
            for try await page in client.sscanAll(set, match: "m1*", as: String.self).pages { members.formUnion(page) }
            #expect(members == Set((0..<300).map { "m\($0)" }.filter { $0.hasPrefix("m1") }))
            var sum = 0.0
            var seen: Set<String> = []
            for try await member in client.zscanAll(sorted, as: String.self) where seen.insert(member.member).inserted {
                sum += member.score
            }
            #expect(sum == 44_850)
        }
    }
}
