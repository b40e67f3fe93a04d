// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pool
internal import RESPCodec
internal import Transport

/// Of an error, what may be shown: the server's words are left out, which may quote what it was sent.
public struct ObservedFailure: Hashable, Sendable {
    /// `error.type`: the server's error code, a word for what a client meets (`timeout`, `connection_closed`), or the error's
    /// type.
    public var type: String
    /// `db.response.status_code`: the server's error code, if it was the server that said no.
    public var statusCode: String?
    /// Whether the command may have run; `nil` where the error says nothing of it.
    public var certainty: ExecutionCertainty?
    /// What the connection had gone through, where it is about one.
    public var flightRecord: FlightRecord?

    package init(_ error: any Error) {
        certainty = ExecutionCertainty(of: error)
        flightRecord = (error as? ConnectionError)?.flightRecord
        statusCode = ((error as? ServerError) ?? (error as? BatchRefusal)?.error).map(Self.code)
        type = statusCode ?? Self.word(for: error)
        if case ConnectionError.handshakeRefused(_, let refusal) = error { statusCode = Self.code(refusal) }
    }

    /// Codes are words in capitals; whatever else an error begins with is somebody's text.
    private static func code(_ error: ServerError) -> String {
        let code = error.code.rawValue
        let isCode =
            !code.isEmpty && code.utf8.count <= 32
            && code.utf8.allSatisfy { byte in
                (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
            }
        return isCode ? code : "_OTHER"
    }

    private static func word(for error: any Error) -> String {
        switch error {
        case let error as ConnectionError: error.word
        case let error as CloseReason: error.word
        case PoolError.waitTimedOut: "timeout"
        case is PoolError: "pool"
        case TransportError.security: "tls"
        case is TransportError: "transport"
        case is CancellationError: "cancelled"
        case is RESPTypeMismatch: "unexpected_reply"
        default: "\(Swift.type(of: error))"
        }
    }
}

extension ConnectionError {
    fileprivate var word: String {
        switch self {
        case .closed(let reason, _, _), .handshakeBroken(let reason, _): reason.word
        case .timedOut: "timeout"
        case .connectTimedOut: "connect_timeout"
        case .overloaded: "overloaded"
        case .handshakeRefused, .handshakeReplyUnexpected: "handshake_refused"
        case .credentialsUnavailable: "credentials_unavailable"
        case .clientClosed: "client_closed"
        case .transactionReplyCount: "unexpected_reply"
        case .transactionConflict: "transaction_conflict"
        case .primaryNotFound: "primary_not_found"
        }
    }
}

extension CloseReason {
    fileprivate var word: String {
        switch self {
        case .closedByOwner, .retired: "client_closed"
        case .endOfStream, .transport: "connection_closed"
        case .malformedReply, .unsolicitedReply: "protocol_error"
        case .silent: "connection_silent"
        case .outOfStep: "out_of_step"
        }
    }
}

extension ObservedFailure: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        var text = type
        if let statusCode, statusCode != type { text += " \(statusCode)" }
        if let certainty { text += " (\(certainty))" }
        if let flightRecord { text += ": \(flightRecord)" }
        return text
    }
}
