// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import ToolkitTesting

/// Bytes that set off a fault when they pass, such as `EXEC`. Once for each connection.
package struct FaultTrigger: Sendable {
    /// What is waited for, at least one byte.
    package var pattern: [UInt8]
    /// In which direction, seen from the client.
    package var direction: FaultDirection
    /// Whether the pattern itself is held back: then what comes of `plan` happens in front of it, else behind it.
    package var before: Bool
    /// What goes wrong from there on.
    package var plan: FaultPlan

    /// Waits for text.
    package init(_ text: String, _ direction: FaultDirection, before: Bool = false, then plan: FaultPlan) {
        pattern = Array(text.utf8)
        self.direction = direction
        self.before = before
        self.plan = plan
    }
}

/// Finds the first occurrence of a pattern in a stream that comes in pieces. Pure.
struct PatternFinder {
    private let pattern: [UInt8]
    /// How much of the pattern the last bytes are.
    private(set) var matched = 0
    private var borders: [Int] = []

    /// - Parameter pattern: an empty one is never found.
    init(_ pattern: [UInt8]) {
        self.pattern = pattern
        // For each prefix, the longest proper prefix of it that it ends with (Knuth, Morris and Pratt).
        borders = Array(repeating: 0, count: pattern.count)
        var length = 0
        for index in pattern.indices.dropFirst() {
            while length > 0, pattern[index] != pattern[length] { length = borders[length - 1] }
            if pattern[index] == pattern[length] { length += 1 }
            borders[index] = length
        }
    }

    /// Looks at more bytes. Returns how many of them the occurrence ends behind, or nil if it is not complete.
    mutating func find(in bytes: Span<UInt8>) -> Int? {
        guard !pattern.isEmpty else { return nil }
        for index in bytes.indices {
            while matched > 0, bytes[index] != pattern[matched] { matched = borders[matched - 1] }
            if bytes[index] == pattern[matched] { matched += 1 }
            if matched == pattern.count {
                matched = 0
                return index + 1
            }
        }
        return nil
    }
}
