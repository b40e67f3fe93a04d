// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

/// Why an HTTP proxy didn't open a tunnel.
enum ProxyError: Error, Hashable {
    /// The proxy wants to know who asks (status 407), or didn't believe it.
    case authenticationRequired
    /// The proxy answered by another status, such as 403 for what it doesn't allow and 502 for what it can't reach.
    case refused(status: Int, reason: String)
    /// What the proxy said is not an answer of HTTP/1.
    case malformedAnswer
    /// The answer's head has more bytes than this.
    case answerTooLong(limit: Int)
    /// The proxy hung up before it had answered.
    case hungUp
    /// A tunnel leads to a host and a port, spelled without control characters or blanks.
    case unsupportedEndpoint(Endpoint)
}

/// Asks an HTTP proxy for a tunnel: request out, answer in, no I/O. RFC 9110, 9.3.6.
struct TunnelHandshake {
    /// Bytes of an answer's head that are read at most.
    static let limit = 16 * 1024

    /// What to send.
    let request: [UInt8]
    private var received: [UInt8] = []

    /// - Parameter authorization: the value of `Proxy-Authorization`, such as `Basic …`.
    init(to endpoint: Endpoint, authorization: String? = nil) throws(ProxyError) {
        guard case .tcp(let host, 1...65_535) = endpoint, !host.isEmpty,
            (host + (authorization ?? "")).unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value < 0x7F }),
            !host.contains(" ")
        else { throw .unsupportedEndpoint(endpoint) }
        let proof = authorization.map { "Proxy-Authorization: \($0)\r\n" } ?? ""
        request = Array("CONNECT \(endpoint) HTTP/1.1\r\nHost: \(endpoint)\r\n\(proof)\r\n".utf8)
    }

    /// Takes what the proxy has sent; no bytes mean that it hung up.
    ///
    /// - Returns: nil if the answer is not complete, or else what came behind it: the tunnel's first bytes.
    mutating func receive(_ bytes: [UInt8]) throws(ProxyError) -> [UInt8]? {
        if bytes.isEmpty { throw .hungUp }
        // The end of the head may be cut: three bytes of it may have been there before.
        let seen = max(0, received.count - 3)
        received += bytes
        let end = (seen..<received.count).first { received[$0...].starts(with: [13, 10, 13, 10]) }
        guard let end, end <= Self.limit else {
            if received.count > Self.limit { throw .answerTooLong(limit: Self.limit) }
            return nil
        }
        try check(String(decoding: received[..<end].prefix { $0 != 13 }, as: UTF8.self))
        return Array(received[(end + 4)...])
    }

    private func check(_ statusLine: String) throws(ProxyError) {
        let words = statusLine.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1])
        else {
            throw .malformedAnswer
        }
        switch status {
        case 200..<300: return
        case 407: throw .authenticationRequired
        default: throw .refused(status: status, reason: words.count > 2 ? String(words[2]) : "")
        }
    }
}
