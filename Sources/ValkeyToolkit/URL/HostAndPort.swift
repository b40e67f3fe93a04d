// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

/// `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.
struct HostAndPort {
    static let defaultPort = 6379

    let endpoint: Endpoint

    init(_ bytes: ArraySlice<UInt8>) throws(ClientURLError) {
        let isBracketed = bytes.first == UInt8(ascii: "[")
        let hostEnd: Int
        if isBracketed {
            guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else { throw .invalidHost }
            hostEnd = bracket + 1
        } else {
            hostEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        }
        let port = bytes[hostEnd...]
        // A second colon: an IPv6 address that isn't in brackets. Checked first, as its rest is no malformed port.
        guard port.lastIndex(of: UInt8(ascii: ":")).map({ $0 == port.startIndex }) ?? true else { throw .invalidHost }
        let host =
            if isBracketed { try Self.address(bytes[(bytes.startIndex + 1)..<(hostEnd - 1)]) } else {
                try Self.name(bytes[..<hostEnd])
            }
        endpoint = .tcp(host: host, port: try Self.port(port))
    }

    private static func port(_ bytes: ArraySlice<UInt8>) throws(ClientURLError) -> Int {
        if bytes.isEmpty { return defaultPort }
        guard bytes.first == UInt8(ascii: ":"), let port = wholeNumber(bytes.dropFirst()),
            (1...65535).contains(port)
        else { throw .invalidPort }
        return port
    }

    /// A name or an IPv4 address. Names are left to the resolver; here only what can't be one is refused.
    private static func name(_ bytes: ArraySlice<UInt8>) throws(ClientURLError) -> String {
        guard !bytes.isEmpty else { throw .missingHost }
        guard bytes.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || "-._".utf8.contains($0) }) else {
            throw .invalidHost
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// An IPv6 address (RFC 4291, §2.2), possibly with a zone behind `%25` (RFC 6874).
    private static func address(_ bytes: ArraySlice<UInt8>) throws(ClientURLError) -> String {
        let text = try percentDecoded(bytes, in: .host)
        let parts = text.utf8.split(separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
        guard isAddress(Array(parts[0])) else { throw .invalidHost }
        if parts.count == 2 {
            let zone = parts[1]
            guard !zone.isEmpty,
                zone.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || "-._~".utf8.contains($0) })
            else { throw .invalidHost }
        }
        return text
    }

    /// Eight groups of up to four digits; `::` once for at least one of them, and an IPv4 address for the last two.
    private static func isAddress(_ bytes: [UInt8]) -> Bool {
        let colon = UInt8(ascii: ":")
        let gaps = bytes.indices.dropLast().filter { bytes[$0] == colon && bytes[$0 + 1] == colon }
        guard let gap = gaps.first else { return groups(bytes[...]) == 8 }
        guard gaps.count == 1, let before = groups(bytes[..<gap]), let after = groups(bytes[(gap + 2)...]),
            // An IPv4 address can only be the very end.
            !bytes[..<gap].contains(UInt8(ascii: "."))
        else { return false }
        return before + after <= 7
    }

    /// How many groups of 16 bits these are, or `nil` if they are malformed.
    private static func groups(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.isEmpty { return 0 }
        var groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var count = 0
        if let last = groups.last, last.contains(UInt8(ascii: ".")) {
            let numbers = last.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard numbers.count == 4, numbers.allSatisfy({ wholeNumber($0).map { $0 <= 255 } ?? false }) else {
                return nil
            }
            count = 2
            groups.removeLast()
        }
        guard groups.allSatisfy({ (1...4).contains($0.count) && $0.allSatisfy { $0.hexadecimalValue != nil } }) else {
            return nil
        }
        return count + groups.count
    }
}
