// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Why bytes could not be carried.
///
/// After `closed`, `system`, `security` or `custom` the transport is of no further use: close it. Error numbers are the
/// system's `errno` values; their text is part of the description.
@nonexhaustive
public enum TransportError: Error, Hashable, Sendable {
    /// The transport was closed on this side.
    case closed
    /// Something was to be written after the sending direction had been ended on this side. Reading goes on.
    case writingFinished
    /// A write was cancelled when the first `taken` of its bytes were on their way: whatever followed would be read as
    /// the rest of them. No further write is possible; reading goes on.
    case writeInterrupted(taken: Int)
    /// A system call on an established transport failed.
    case system(errno: Int32, operation: Operation)
    /// No address could be tried, or all refused; `errno` is of the most telling attempt (one that reached
    /// the host, before one that found no route).
    case connectFailed(Endpoint, errno: Int32)
    /// No address could be connected to within the connector's time limit, the lookup of the name included.
    case connectTimedOut(Endpoint)
    /// The name has no address; `code` is the resolver's own (`EAI_…`).
    case nameNotResolved(host: String, code: Int32)
    /// The endpoint can't exist: its port is not in 0…65 535, or the path is empty or too long for a Unix socket.
    case invalidEndpoint(Endpoint)
    /// The stream could not be secured, or is secure no more.
    case security(SecurityFailure)
    /// A setting of a socket or a connector has a value outside of its range. Nothing was tried.
    case invalidSetting(Setting)
    /// A transport that is not a socket failed for its own reason, given as text for people.
    case custom(String)

    /// What was being done when a system call failed.
    @nonexhaustive
    public enum Operation: String, Hashable, Sendable {
        /// Opening a socket.
        case open
        /// Setting a socket's options.
        case configure
        /// Connecting.
        case connect
        /// Binding a socket to an address and listening on it.
        case listen
        /// Taking the next connection of a listening socket.
        case accept
        /// Receiving bytes.
        case read
        /// Sending bytes.
        case write
        /// Ending the sending direction.
        case finish
        /// Watching a descriptor for readiness, or making the queue that does.
        case watch
        /// Starting a thread.
        case thread
    }

    /// A setting of ``SocketOptions`` or ``SocketConnector``, by its name there.
    @nonexhaustive
    public enum Setting: String, Hashable, Sendable {
        /// ``SocketOptions/keepAliveIdle``.
        case keepAliveIdle
        /// ``SocketOptions/keepAliveInterval``.
        case keepAliveInterval
        /// ``SocketOptions/keepAliveProbes``.
        case keepAliveProbes
        /// ``SocketOptions/unacknowledgedTimeout``.
        case unacknowledgedTimeout
        /// ``SocketConnector/attemptDelay``.
        case attemptDelay
        /// ``SocketConnector/timeout``.
        case connectTimeout = "timeout"
    }
}

extension TransportError {
    /// The peer reset the stream (`ECONNRESET`): what an in-memory transport throws like a socket does.
    public static func connectionReset(during operation: Operation) -> TransportError {
        .system(errno: SystemErrorNumber.connectionReset, operation: operation)
    }

    /// The peer reads no more (`EPIPE`).
    public static var brokenPipe: TransportError {
        .system(errno: SystemErrorNumber.brokenPipe, operation: .write)
    }

    /// Nobody listens there (`ECONNREFUSED`).
    public static func connectionRefused(_ endpoint: Endpoint) -> TransportError {
        .connectFailed(endpoint, errno: SystemErrorNumber.connectionRefused)
    }

    /// Whether the same endpoint may do later without anybody changing anything: false for endpoints that
    /// can't exist, for names that the resolver denies and for certificates that aren't accepted; true for all that
    /// depends on the network's state.
    public var isTransient: Bool {
        switch self {
        case .invalidEndpoint, .invalidSetting: false
        case .nameNotResolved(_, let code): isTemporaryResolverFailure(code)
        case .security(let failure): failure.isTransient
        case .closed, .writingFinished, .writeInterrupted, .system, .connectFailed, .connectTimedOut, .custom:
            true
        }
    }
}

extension TransportError: CustomStringConvertible {
    /// One sentence for people, made of the payload.
    public var description: String {
        switch self {
        case .closed:
            "the transport is closed"
        case .writingFinished:
            "the sending direction was ended before"
        case .writeInterrupted(let taken):
            "a cancelled write left the stream in the middle of its bytes, \(taken) of which were sent"
        case .system(let errno, let operation):
            "\(operation.rawValue) failed: \(systemErrorText(errno)) (errno \(errno))"
        case .connectFailed(let endpoint, let errno):
            "could not connect to \(endpoint): \(systemErrorText(errno)) (errno \(errno))"
        case .connectTimedOut(let endpoint):
            "could not connect to \(endpoint) in time"
        case .invalidSetting(let setting):
            "the setting \(setting.rawValue) is out of its range"
        case .nameNotResolved(let host, let code):
            "could not resolve \"\(host)\": \(resolverErrorText(code))"
        case .invalidEndpoint(let endpoint):
            "\"\(endpoint)\" is not an endpoint that exists"
        case .security(let failure):
            failure.description
        case .custom(let text):
            text
        }
    }
}
