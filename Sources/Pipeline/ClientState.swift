// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How a client stands with its server, seen by the connection that all its tasks share.
public enum ClientState: Sendable {
    /// Nothing was dialed yet: a client connects at its first call, or by `connect()`.
    case idle
    /// The first dials.
    case connecting
    /// There is a connection.
    case ready
    /// It was lost, or a dial failed, for this reason. It is dialed again while anybody waits, and at the next call.
    case reconnecting(cause: any Error)
    /// The client was closed: nothing comes after this.
    case closed

    /// Whether calls find a connection.
    public var isReady: Bool { if case .ready = self { true } else { false } }
}

extension ClientState: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .idle: "idle"
        case .connecting: "connecting"
        case .ready: "ready"
        case .reconnecting(let cause): "reconnecting: \(cause)"
        case .closed: "closed"
        }
    }
}
