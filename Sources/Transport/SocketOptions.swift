// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How TCP sockets are set up.
///
/// The defaults suit a client of a database. A peer that has vanished is noticed within a minute, whether the connection
/// is idle (three probes, 10 seconds apart, after 30 seconds of silence) or has something to send (60 seconds without
/// acknowledgement); left to itself, a system takes two hours and a quarter of an hour for that. And a probe every 30 seconds
/// keeps an idle connection alive in the tables of load balancers and firewalls, the strictest of which forget it after
/// a few minutes. Where a caller can't wait so long, its deadline ends the call; these options end the connection.
///
/// On Linux the unacknowledged time also takes the place of the number of probes. Let it be the idle time plus all
/// intervals, as here, then both mean the same.
public struct SocketOptions: Hashable, Sendable {
    /// Sends small writes at once (`TCP_NODELAY`). On by default: a client writes when it wants the answer.
    public var noDelay = true
    /// Probes idle connections (`SO_KEEPALIVE`), so that a peer that vanished is noticed. On by default; the three
    /// settings that follow matter only then.
    public var keepAlive = true
    /// Silence before the first probe: 1 to 32 767 seconds, rounded up to whole ones. `nil` leaves the system's value
    /// (two hours, mostly).
    public var keepAliveIdle: Duration? = .seconds(30)
    /// Time between probes: 1 to 32 767 seconds, rounded up to whole ones. `nil` leaves the system's value (75 seconds).
    public var keepAliveInterval: Duration? = .seconds(10)
    /// Probes that may stay unanswered before the connection breaks: 1 to 127. `nil` leaves the system's value.
    public var keepAliveProbes: Int? = 3
    /// How long sent bytes may stay unacknowledged before the connection breaks: 1 millisecond to 24 days, rounded up to
    /// whole milliseconds (`TCP_USER_TIMEOUT`; on Darwin the retransmission drop time, in whole seconds). `nil` leaves
    /// the system's value, which is about 15 minutes on Linux.
    public var unacknowledgedTimeout: Duration? = .seconds(60)

    /// Makes the options with the defaults named at each.
    public init() {}
}

extension SocketOptions {
    /// Checks the values without a system call.
    ///
    /// - Throws: `TransportError.invalidSetting` with the first one that is out of its range. Connecting and listening
    ///   throw the same.
    public func validate() throws(TransportError) {
        _ = try values()
    }

    /// What the system is to be told.
    func values() throws(TransportError) -> [(option: SocketOption, value: Int32)] {
        var values: [(SocketOption, Int32)] = [(.noDelay, noDelay ? 1 : 0), (.keepAlive, keepAlive ? 1 : 0)]
        if keepAlive {
            if let keepAliveIdle { values.append((.keepAliveIdle, try seconds(keepAliveIdle, .keepAliveIdle))) }
            if let keepAliveInterval {
                values.append((.keepAliveInterval, try seconds(keepAliveInterval, .keepAliveInterval)))
            }
            if let keepAliveProbes {
                guard 1...127 ~= keepAliveProbes else { throw .invalidSetting(.keepAliveProbes) }
                values.append((.keepAliveProbes, Int32(keepAliveProbes)))
            }
        }
        if let unacknowledgedTimeout {
            guard unacknowledgedTimeout > .zero, unacknowledgedTimeout <= .milliseconds(Int32.max) else {
                throw .invalidSetting(.unacknowledgedTimeout)
            }
            let (seconds, attoseconds) = unacknowledgedTimeout.components
            let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
            values.append((.unacknowledgedTimeout, Int32(seconds * 1000 + rest)))
        }
        return values
    }

    /// Whole seconds, rounded up.
    private func seconds(_ time: Duration, _ setting: TransportError.Setting) throws(TransportError) -> Int32 {
        guard time > .zero, time <= .seconds(32_767) else { throw .invalidSetting(setting) }
        return Int32(time.components.seconds) + (time.components.attoseconds > 0 ? 1 : 0)
    }
}

/// The options that ``SocketOptions`` sets, by names of our own.
enum SocketOption: CaseIterable {
    case noDelay, keepAlive, keepAliveIdle, keepAliveInterval, keepAliveProbes, unacknowledgedTimeout
}
