// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Why a transport could not be secured, or stopped being secure.
///
/// The words are those of TLS, and of no implementation of it. Names come from the peer's certificate: text for people,
/// of bounded length and without control characters.
@nonexhaustive
public enum SecurityFailure: Hashable, Sendable {
    /// The peer's certificate, or one that vouches for it, is too old.
    case certificateExpired(subject: String)
    /// The peer's certificate, or one that vouches for it, is not valid yet; or this machine's clock is wrong.
    case certificateNotYetValid(subject: String)
    /// The peer's certificate is for other names than the one that was wanted.
    case wrongHost(wanted: String, certificateNames: [String])
    /// Nobody who is trusted vouches for the peer's certificate: it is self-signed or its authority is unknown.
    case untrusted(subject: String, reason: String)
    /// The peer's certificate was revoked.
    case certificateRevoked(subject: String)
    /// The peer's certificate can't be accepted for another reason, such as a weak key or a wrong purpose.
    case certificateRejected(subject: String, reason: String)
    /// The peer doesn't speak TLS: it answered the handshake with other bytes, whose beginning is given if it is text.
    case peerSpeaksNoTLS(answer: String)
    /// The peer took the connection and left the handshake unfinished until the time was over: so does a server that takes
    /// the first bytes of TLS for the beginning of something else. (One of Valkey or Redis answers: see `peerSpeaksNoTLS`.)
    case handshakeUnanswered
    /// The peer and this side have no version of the protocol in common.
    case noCommonVersion
    /// The peer and this side have no cipher, group or signature in common.
    case noCommonParameters
    /// The peer wants a certificate of this side, and got none.
    case clientCertificateRequired
    /// The peer doesn't accept this side's certificate; `reason` is its alert.
    case clientCertificateRefused(reason: String)
    /// The endpoint has no name that a certificate could be checked against, and none is configured.
    case serverNameMissing
    /// This side's certificate, key or authorities can't be used; nothing was sent.
    case materialUnusable(reason: String)
    /// The stream ended without the peer saying so: what is missing may have been cut off by anybody.
    case truncated
    /// Anything else, as text.
    case other(String)

    /// Whether the same endpoint may do later without anybody changing anything.
    public var isTransient: Bool {
        switch self {
        case .truncated, .handshakeUnanswered, .other: true
        default: false
        }
    }
}

extension SecurityFailure: CustomStringConvertible {
    /// One sentence for people, made of the payload.
    public var description: String {
        switch self {
        case .certificateExpired(let subject): "the certificate of \(subject) has expired"
        case .certificateNotYetValid(let subject): "the certificate of \(subject) is not valid yet"
        case .wrongHost(let wanted, let names):
            "the server is not \(wanted): its certificate is for \(names.isEmpty ? "no host" : names.joined(separator: ", "))"
        case .untrusted(let subject, let reason): "the certificate of \(subject) is not trusted: \(reason)"
        case .certificateRevoked(let subject): "the certificate of \(subject) was revoked"
        case .certificateRejected(let subject, let reason): "the certificate of \(subject) is rejected: \(reason)"
        case .peerSpeaksNoTLS(let answer):
            "the server doesn't speak TLS on this port" + (answer.isEmpty ? "" : "; it said \"\(answer)\"")
        case .handshakeUnanswered:
            "the server didn't answer the TLS handshake in time; it may not speak TLS on this port"
        case .noCommonVersion: "the server and this client have no version of TLS in common"
        case .noCommonParameters: "the server and this client have no cipher or signature in common"
        case .clientCertificateRequired: "the server requires a client certificate, and none is configured"
        case .clientCertificateRefused(let reason): "the server refused the client certificate: \(reason)"
        case .serverNameMissing: "there is no host name to check the server's certificate against"
        case .materialUnusable(let reason): "the certificate, key or authorities can't be used: \(reason)"
        case .truncated: "the secured stream was cut off"
        case .other(let text): "TLS failed: \(text)"
        }
    }
}
