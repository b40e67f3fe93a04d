// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pipeline
internal import Transport

/// A URL taken apart as RFC 3986, §3 says, for the schemes that clients know.
struct ClientURLParts {
    /// The servers, at least one.
    let endpoints: [Endpoint]
    let credentials: Credentials?
    /// From the path; an option may say it too, but not both.
    let database: Int?
    let options: [ClientURLOption]
    let redacted: String

    /// - Parameter hasSecurity: whether connections will be secured, which the scheme must agree with.
    init(_ text: String, hasSecurity: Bool) throws(ClientURLError) {
        let bytes = Array(text.utf8)
        if let offset = bytes.firstIndex(where: { $0 <= UInt8(ascii: " ") || $0 == 0x7F }) {
            throw .unexpectedCharacter(offset: offset)
        }
        let (scheme, afterScheme) = try Self.scheme(bytes, hasSecurity: hasSecurity)

        // Authority, path, query, fragment: each ends where the next one's mark stands.
        let authorityEnd = bytes.firstIndex(from: afterScheme) { "/?#".utf8.contains($0) }
        let pathEnd = bytes.firstIndex(from: authorityEnd) { "?#".utf8.contains($0) }
        let queryEnd = bytes.firstIndex(from: pathEnd) { $0 == UInt8(ascii: "#") }
        let authority = bytes[afterScheme..<authorityEnd]
        let path = bytes[authorityEnd..<pathEnd]
        let query = bytes[pathEnd..<queryEnd].dropFirst()

        // First of all what may be the tail of a password: nothing of it may show up in a later error.
        let tail = scheme == .unix ? bytes[pathEnd...] : bytes[authorityEnd...]
        guard !tail.contains(UInt8(ascii: "@")) else { throw .unescapedCharacter }
        guard queryEnd == bytes.endIndex else { throw .fragment }

        // Hosts hold no "@", so the last one is the mark even if a password holds others.
        let mark = authority.lastIndex(of: UInt8(ascii: "@"))
        credentials = try mark.map { mark throws(ClientURLError) in try Self.credentials(authority[..<mark]) }
        let host = authority[(mark.map { $0 + 1 } ?? authority.startIndex)...]

        switch scheme {
        case .tcp:
            let hosts = host.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            endpoints = try hosts.map { host throws(ClientURLError) in try HostAndPort(host).endpoint }
            database = try Self.database(path)
        case .unix:
            guard host.isEmpty else { throw .hostInUnixURL }
            let path = try percentDecoded(path, in: .path)
            guard path.utf8.count > 1, !path.utf8.contains(0) else { throw .invalidPath }
            endpoints = [.unix(path: path)]
            database = nil
        }
        options = try ClientURLOption.list(query, databaseIsGiven: database != nil)

        let secret = mark.flatMap { authority[..<$0].firstIndex(of: UInt8(ascii: ":")) }
        redacted =
            if let mark, let secret {
                String(decoding: bytes[...secret], as: UTF8.self) + "***"
                    + String(decoding: bytes[mark...], as: UTF8.self)
            } else { text }
    }

    private enum Scheme { case tcp, unix }

    /// The scheme, in any case of letters, and where its `://` ends.
    private static func scheme(
        _ bytes: [UInt8], hasSecurity: Bool
    ) throws(ClientURLError) -> (Scheme, end: Int) {
        let colon = bytes.firstIndex(from: 0) { $0 == UInt8(ascii: ":") }
        let name = bytes[..<colon]
        guard let first = name.first, first.isASCIILetter,
            name.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || "+-.".utf8.contains($0) }),
            bytes[colon...].starts(with: "://".utf8)
        else { throw .missingScheme }
        let text = String(decoding: name, as: UTF8.self).lowercased()
        let (scheme, asksForSecurity): (Scheme, Bool) =
            switch text {
            case "valkey", "redis": (.tcp, false)
            case "valkeys", "rediss": (.tcp, true)
            case "unix": (.unix, false)
            default: throw .unknownScheme(text)
            }
        if asksForSecurity, !hasSecurity { throw .securityMissing(scheme: text) }
        if hasSecurity, !asksForSecurity { throw .securityUnused(scheme: text) }
        return (scheme, colon + 3)
    }

    private static func credentials(_ bytes: ArraySlice<UInt8>) throws(ClientURLError) -> Credentials {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { throw .missingPassword }
        let user = try percentDecoded(bytes[..<colon], in: .user)
        let password = try percentDecoded(bytes[(colon + 1)...], in: .password)
        guard !(user.isEmpty && password.isEmpty) else { throw .missingPassword }
        return Credentials(username: user.isEmpty ? nil : user, password: password)
    }

    /// Nothing and a slash alone say nothing of the database.
    private static func database(_ path: ArraySlice<UInt8>) throws(ClientURLError) -> Int? {
        guard path.count > 1 else { return nil }
        guard let database = wholeNumber(path.dropFirst()) else { throw .invalidDatabase }
        return database
    }
}

/// Undoes percent-encoding (RFC 3986, §2.1).
///
/// - Throws: ``ClientURLError/invalidPercentEncoding(_:)``, also if the bytes that come out aren't UTF-8.
func percentDecoded(_ bytes: ArraySlice<UInt8>, in part: ClientURLPart) throws(ClientURLError) -> String {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var rest = bytes
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            decoded.append(byte)
            continue
        }
        guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
            throw .invalidPercentEncoding(part)
        }
        decoded.append(high << 4 | low)
    }
    guard let text = String(validating: decoded, as: UTF8.self) else { throw .invalidPercentEncoding(part) }
    return text
}

/// The number that these decimal digits are, without a sign; `nil` for anything else and for more than 2³¹ − 1.
func wholeNumber(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) else { return nil }
    return Int32(String(decoding: digits, as: UTF8.self)).map(Int.init)
}

extension [UInt8] {
    /// The first place at or behind `start` whose byte is one of these, or the end.
    fileprivate func firstIndex(from start: Int, where isMark: (UInt8) -> Bool) -> Int {
        self[start...].firstIndex(where: isMark) ?? endIndex
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
