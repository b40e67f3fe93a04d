// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

/// The keys of a run and the value of each, all made before anything is measured.
struct DataSet: Sendable {
    let keys: [String]
    /// As many as keys; each begins with the key's number.
    let values: [[UInt8]]

    /// 1024 keys, fewer if the values are large: together at most 64 MiB.
    init(valueSize: Int) {
        let count = max(1, min(1024, (64 << 20) / valueSize))
        keys = (0..<count).map { "valkey-load:\($0)" }
        values = (0..<count).map { number in
            var value = [UInt8](repeating: UInt8(ascii: "."), count: valueSize)
            for (place, digit) in "\(number)".utf8.prefix(valueSize).enumerated() { value[place] = digit }
            return value
        }
    }

    /// Whether this is the value of the key at `index`: its length, and its first eight bytes, which tell keys apart.
    func isValue(_ found: RESPBytes?, at index: Int) -> Bool {
        guard let found, found.count == values[index].count else { return false }
        let length = min(8, found.count)
        return found.withSpan { span in
            for place in 0..<length where span[place] != values[index][place] { return false }
            return true
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
        for key in keys { _ = batch.del(key) }
        if let failure = try await batch.run().firstFailure { throw failure.error }
    }
}
