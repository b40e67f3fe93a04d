// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A script that servers run, with the digest that they know it by.
///
/// ```swift
/// let bump = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
/// let count = try await client.eval(bump, keys: ["hits"], args: [2], as: Int.self)
/// ```
///
/// Make it once, as a constant, and use it anywhere: it is a value, and no client keeps anything about it. `eval` takes it
/// wherever it takes the text of a script, and then sends the digest; the text follows only when the server doesn't know it.
/// `evalReadOnly` does the same for a script that only reads: it may run on replicas, and is sent again after a lost reply.
public struct Script: Hashable, Sendable {
    /// The text, in the server's language.
    public let source: String
    /// Its SHA-1 digest as 40 hexadecimal digits in lower case: what `EVALSHA` and `SCRIPT EXISTS` take.
    public let sha1: String

    /// The script of this text.
    ///
    /// - Complexity: O(length of the text), for the digest.
    public init(_ source: String) {
        self.source = source
        sha1 = SHA1.hexadecimal(source.utf8)
    }

    /// Equal if the texts are, byte for byte.
    public static func == (one: Script, other: Script) -> Bool { one.sha1 == other.sha1 }

    /// Hashes the digest.
    public func hash(into hasher: inout Hasher) { hasher.combine(sha1) }
}
