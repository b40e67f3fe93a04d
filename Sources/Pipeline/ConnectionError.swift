// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec
public import Transport

/// Why a command got no reply, or why a connection could not be made.
///
/// An error reply (`-ERR …`) is not among these: it is a `ServerError`. Cancellation is `CancellationError`.
@nonexhaustive
public enum ConnectionError: Error, Sendable {
    /// The connection ended while the command waited for its reply; the record says what had come before.
    case closed(CloseReason, ExecutionCertainty, FlightRecord? = nil)
    /// The deadline of the call passed before its reply came. The connection lives on; the record says what kept it busy.
    case timedOut(ExecutionCertainty, FlightRecord? = nil)
    /// The connection ended before its handshake was done: nothing of the command was sent.
    case handshakeBroken(CloseReason, FlightRecord? = nil)
    /// No connection could be made before the deadline; `cause` is what the last attempt met.
    case connectTimedOut(cause: (any Error)?)
    /// As many callers as allowed wait for their turn already (`ConnectionSettings.maximumWaiting`), or, for a
    /// subscription command, which can't wait, as many bytes; nothing of this command was sent.
    case overloaded(waiting: Int, unsentBytes: Int)
    /// The server refused the user, the password, the database or another part of the connection's set-up.
    case handshakeRefused(step: HandshakeStep, ServerError)
    /// A handshake reply was none that the step allows.
    case handshakeReplyUnexpected(step: HandshakeStep, found: String)
    /// The provider of credentials failed, and there are none that are still good. Its error is not printed.
    case credentialsUnavailable(cause: any Error)
    /// The client was closed before the command was sent.
    case clientClosed
    /// EXEC answered another number of replies than commands were queued.
    case transactionReplyCount(expected: Int, found: Int)
    /// None of the servers of a replication group says that it is the primary; what those met that did not answer. The
    /// command was not sent.
    case primaryNotFound(causes: [NodeAddress: any Error])
    /// A transaction lost against concurrent writers `attempts` times.
    case transactionConflict(attempts: Int)

    /// Whether the command may have had an effect on the server.
    public var mayHaveExecuted: Bool {
        switch self {
        case .closed(_, let certainty, _), .timedOut(let certainty, _): certainty.mayHaveExecuted
        case .transactionReplyCount: true
        default: false
        }
    }

    /// What the connection had gone through, where the error is about one.
    public var flightRecord: FlightRecord? {
        switch self {
        case .closed(_, _, let record), .timedOut(_, let record), .handshakeBroken(_, let record): record
        case .connectTimedOut(let cause): (cause as? ConnectionError)?.flightRecord
        default: nil
        }
    }
}

/// Why a connection ended.
@nonexhaustive
public enum CloseReason: Error, Sendable {
    /// The owner closed it.
    case closedByOwner
    /// Its time was over; another has taken its place. Calls under way had finished.
    case retired
    /// The server ended the stream.
    case endOfStream
    /// The transport failed.
    case transport(TransportError)
    /// The server sent bytes that are not RESP; the error holds the offset from the first byte of the connection.
    case malformedReply(RESPDecodingError)
    /// Nothing that anybody waited for was received for longer than this (`ConnectionSettings.silenceLimit`).
    case silent(for: Duration)
    /// A reply came although no command waited for one.
    case unsolicitedReply(String)
    /// The sentinel behind a request was not answered in its place (`ConnectionSettings.integrity`): replies were swallowed,
    /// doubled or exchanged.
    case outOfStep
}

extension ConnectionError: CustomStringConvertible {
    /// One line for people. It holds no argument, no value and no password.
    public var description: String {
        switch self {
        case .closed(let reason, let certainty, let record):
            "connection closed (\(reason)), command \(certainty)\(Self.suffix(record))"
        case .timedOut(let certainty, let record): "timed out, command \(certainty)\(Self.suffix(record))"
        case .handshakeBroken(let reason, let record):
            "connection closed in its handshake (\(reason))\(Self.suffix(record))"
        case .connectTimedOut(let cause): "no connection before the deadline\(cause.map { ": \($0)" } ?? "")"
        case .overloaded(let waiting, let unsent): "overloaded: \(waiting) callers wait, \(unsent) bytes are unsent"
        case .handshakeRefused(let step, let error): "handshake refused at \(step.rawValue): \(error)"
        case .handshakeReplyUnexpected(let step, let found): "handshake: unexpected \(found) at \(step.rawValue)"
        case .credentialsUnavailable(let cause): "no credentials: the provider failed with \(type(of: cause))"
        case .clientClosed: "the client is closed"
        case .transactionReplyCount(let expected, let found): "EXEC answered \(found) replies to \(expected) commands"
        case .primaryNotFound(let causes):
            "no server is the primary\(causes.map { ", \($0.key): \($0.value)" }.sorted().joined())"
        case .transactionConflict(let attempts): "watched keys changed in each of \(attempts) attempts"
        }
    }

    private static func suffix(_ record: FlightRecord?) -> String { record.map { ": \($0)" } ?? "" }
}

extension CloseReason: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .closedByOwner: "closed by its owner"
        case .retired: "retired"
        case .endOfStream: "the server ended the stream"
        case .transport(let error): "transport: \(error)"
        case .silent(let limit): "nothing was received for more than \(limit)"
        case .malformedReply(let error): "malformed reply: \(error)"
        case .outOfStep: "replies and requests are out of step"
        case .unsolicitedReply(let kind): "a reply (\(kind)) that nobody waits for"
        }
    }
}
