// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a transport is ready for, or what somebody waits for.
public struct Readiness: OptionSet, Hashable, Sendable {
    /// The bits, one per member.
    public let rawValue: UInt8

    /// Makes a set of its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A read would give bytes, the end of the stream, or an error.
    public static let readable = Readiness(rawValue: 1)
    /// A write would take bytes, or give an error.
    public static let writable = Readiness(rawValue: 2)
}

extension Readiness: CustomStringConvertible {
    /// The members' names, as in `[readable, writable]`.
    public var description: String {
        let names = [(Readiness.readable, "readable"), (.writable, "writable")]
        return "[" + names.filter { contains($0.0) }.map(\.1).joined(separator: ", ") + "]"
    }
}
