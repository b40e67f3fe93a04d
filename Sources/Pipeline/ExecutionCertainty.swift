// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pool
internal import Transport

/// What is known about a command that did not get the reply it was sent for.
///
/// The server never answers twice and never tells afterwards what it did, so this is all that a caller can know.
public enum ExecutionCertainty: Hashable, Sendable {
    /// The server can't have seen the whole command: its last byte was never handed to the transport.
    case notSent
    /// The server answered that it would not run it.
    case refused
    /// All bytes of the command left, but no reply came: it ran once or not at all.
    case outcomeUnknown

    /// Whether the command may have had an effect.
    public var mayHaveExecuted: Bool { self == .outcomeUnknown }

    /// What an error that a client has thrown says of its command.
    ///
    ///     } catch {
    ///         switch ExecutionCertainty(of: error) {
    ///         case .notSent, .refused: …           // no effect: the call may be made again
    ///         case .outcomeUnknown: …              // look before making it again
    ///         case nil: …                          // the server's answer, or a mistake of the caller's
    ///         }
    ///     }
    ///
    /// A cancelled call may have run. Errors that are none of this package's say nothing.
    public init?(of error: any Error) {
        switch error {
        case let error as ConnectionError: self = error.certainty
        case is PoolError, is TransportError, is CommandMisuse: self = .notSent
        case let error as ServerError where error.refusal != nil: self = .refused
        case is CancellationError: self = .outcomeUnknown
        default: return nil
        }
    }
}

extension ConnectionError {
    fileprivate var certainty: ExecutionCertainty {
        switch self {
        case .closed(_, let certainty, _), .timedOut(let certainty, _): certainty
        case .handshakeRefused, .handshakeReplyUnexpected, .handshakeBroken, .connectTimedOut, .overloaded,
            .credentialsUnavailable, .clientClosed, .primaryNotFound:
            .notSent
        case .transactionReplyCount: .outcomeUnknown
        case .transactionConflict: .refused
        }
    }
}
