// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A server's version, or the first one that has something. Allocates nothing.
///
/// Redis and Valkey count on from each other: up to 7.2 a version means both, from 8.0 on Valkey alone.
@frozen public struct ServerVersion: BitwiseCopyable, Hashable, Comparable, Sendable {
    /// The three numbers in one, the first one highest.
    @usableFromInline let number: UInt64

    /// What changes when something is no longer as it was.
    @inlinable public var major: UInt16 { UInt16(truncatingIfNeeded: number >> 32) }
    /// What changes when something is new.
    @inlinable public var minor: UInt16 { UInt16(truncatingIfNeeded: number >> 16) }
    /// What changes otherwise.
    @inlinable public var patch: UInt16 { UInt16(truncatingIfNeeded: number) }

    /// The version of these numbers.
    @inlinable
    public init(_ major: UInt16, _ minor: UInt16, _ patch: UInt16 = 0) {
        number = UInt64(major) << 32 | UInt64(minor) << 16 | UInt64(patch)
    }

    /// The version that a server gives itself in `HELLO` or `INFO`: `9.1.2`, `7.4`, `8.0.0-rc1`; unstable builds say
    /// `255.255.255`. What follows the numbers is left out; nil if there is no number at the beginning.
    public init?(_ text: some StringProtocol) {
        let numbers = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }.split(separator: ".").prefix(3)
            .map { UInt16($0) ?? .max }
        guard let major = numbers.first, text.first?.isNumber == true else { return nil }
        self.init(major, numbers.count > 1 ? numbers[1] : 0, numbers.count > 2 ? numbers[2] : 0)
    }

    /// By the first number that differs.
    @inlinable
    public static func < (left: ServerVersion, right: ServerVersion) -> Bool { left.number < right.number }
}

extension ServerVersion: CustomStringConvertible {
    /// The three numbers: `9.1.2`.
    public var description: String { "\(major).\(minor).\(patch)" }
}

/// Which server a connection leads to, as it says itself.
public struct ServerIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The product: `valkey` or `redis`.
    public var product: String
    /// Its version.
    public var version: ServerVersion

    /// A server of this name and version.
    public init(product: String, version: ServerVersion) {
        self.product = product
        self.version = version
    }

    /// Who said this in answer to `HELLO`; nil if it didn't say.
    public init?(_ greeting: ServerGreeting) {
        guard !greeting.server.isEmpty, let version = ServerVersion(greeting.version) else { return nil }
        self.init(product: greeting.server, version: version)
    }

    /// The name and the version: `valkey 9.1.2`.
    public var description: String { "\(product) \(version)" }
}
