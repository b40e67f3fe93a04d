// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How ``SocketConnector`` sets up a socket.
public struct SocketOptions: Hashable, Sendable {
    /// Sends small writes at once (`TCP_NODELAY`). On by default: a client writes when it wants the answer.
    public var noDelay = true
    /// Probes idle connections (`SO_KEEPALIVE`), so that a peer that vanished is noticed. On by default.
    public var keepAlive = true
    /// Silence before the first probe, in whole seconds; `nil` leaves the system's value (two hours, mostly).
    public var keepAliveIdle: Duration? = .seconds(60)
    /// Time between probes, in whole seconds; `nil` leaves the system's value.
    public var keepAliveInterval: Duration? = .seconds(10)
    /// Probes that may stay unanswered before the connection breaks; `nil` leaves the system's value.
    public var keepAliveProbes: Int? = 3
    /// How long sent bytes may stay unacknowledged before the connection breaks (`TCP_USER_TIMEOUT`; on Darwin the
    /// retransmission drop time); `nil` leaves the system's value, which is about 15 minutes on Linux.
    public var unacknowledgedTimeout: Duration? = .seconds(60)

    /// Makes the options with the defaults named at each.
    public init() {}
}
