// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension BulkStringList {
    /// The same dictionary if its keys and values are strings; nil otherwise.
    ///
    /// A conditional cast would go through the dictionary and make another one.
    @inlinable @inline(__always)
    static func texts<Key, Value>(_ pairs: [Key: Value]) -> [String: String]? {
        guard Key.self == String.self, Value.self == String.self else { return nil }
        return unsafe unsafeBitCast(pairs, to: [String: String].self)
    }
}
