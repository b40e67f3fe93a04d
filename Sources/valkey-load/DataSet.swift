// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

/// The keys of a run and the value of each, all made before anything is measured.
struct DataSet: Sendable {
    let keys: [String]
    /// As many as keys; each begins with the key's number.
    let values: [[UInt8]]
    /// The first eight bytes of each value, which tell keys apart, as a number. Together with the one length of all values
    /// it is what replies are compared with.
    private let prefixes: [UInt64]
    private let valueSize: Int

    /// 1024 keys, fewer if the values are large: together at most 64 MiB.
    init(valueSize: Int) {
        self.valueSize = valueSize
        let count = max(1, min(1024, (64 << 20) / valueSize))
        keys = (0..<count).map { "valkey-load:\($0)" }
        values = (0..<count).map { number in
            var value = [UInt8](repeating: UInt8(ascii: "."), count: valueSize)
            for (place, digit) in "\(number)".utf8.prefix(valueSize).enumerated() { value[place] = digit }
            return value
        }
        prefixes = values.map { $0.span.firstWord }
    }

    /// Whether this is the value of the key at `index`: its length, and its first eight bytes.
    func isValue(_ found: RESPBytes?, at index: Int) -> Bool {
        guard let found, found.count == valueSize else { return false }
        return found.span.firstWord == prefixes[index]
    }

    /// The same of an element of the list.
    func isValue(_ found: String) -> Bool { found.utf8.count == valueSize }

    /// The key behind the one at `index`, in a circle; without the division that a remainder costs.
    func index(after index: Int) -> Int { index + 1 < keys.count ? index + 1 : 0 }

    /// Where the list of the workload lrange is.
    var listKey: String { "valkey-load:list" }

    func storeList(_ client: ValkeyClient, count: Int) async throws {
        try await client.del(listKey)
        for start in stride(from: 0, to: count, by: 1000) {
            let elements = Array(repeating: values[0], count: min(1000, count - start))
            _ = try await client.rpush(listKey, elements)
        }
    }

    func store(_ client: ValkeyClient) async throws {
        for start in stride(from: 0, to: keys.count, by: 64) {
            let batch = client.pipeline()
            for index in start..<min(start + 64, keys.count) { _ = batch.set(keys[index], values[index]) }
            if let failure = try await batch.run().firstFailure { throw failure.error }
        }
    }

    func delete(_ client: ValkeyClient) async throws {
        let batch = client.pipeline()
        for key in keys + [listKey] { _ = batch.del(key) }
        if let failure = try await batch.run().firstFailure { throw failure.error }
    }
}
