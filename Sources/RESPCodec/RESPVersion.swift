// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A version of the protocol, which a client chooses with `HELLO`; the raw value is `HELLO`'s argument.
public enum RESPVersion: Int, Hashable, Sendable, CaseIterable {
    /// Strings, errors, integers, bulk strings and arrays: what a connection starts with.
    case resp2 = 2
    /// The types of RESP2, and maps, sets, doubles, booleans, nulls, big numbers, verbatim strings, bulk errors, pushes
    /// and attributes.
    case resp3 = 3
}
