// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    /// The versions of TLS that are spoken. Older ones are broken (RFC 8996).
    public enum TLSVersion: Int, Hashable, Sendable, CaseIterable, Comparable {
        /// RFC 5246.
        case tls12 = 2
        /// RFC 8446.
        case tls13 = 3

        /// By age.
        public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
    }

#endif
