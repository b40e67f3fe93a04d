// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool

/// Makes one state of what becomes of shared connections. Pure.
///
/// News of different connections may come out of order; ids tell which belong together, and none is used twice.
struct ClientStateMachine {
    private(set) var state = ClientState.idle
    /// The connection that makes the client ready.
    private var current: PoolMemberID?

    /// A dial begins. Returns whether the state has changed; the others do too.
    mutating func dialing() -> Bool {
        guard case .idle = state else { return false }
        state = .connecting
        return true
    }

    mutating func opened(_ id: PoolMemberID) -> Bool {
        if case .closed = state { return false }
        current = id
        defer { state = .ready }
        return !state.isReady
    }

    mutating func failed(_ cause: any Error) -> Bool {
        if case .closed = state { return false }
        // A replacement that can't be dialed costs nothing while the one before it serves.
        guard current == nil else { return false }
        state = .reconnecting(cause: cause)
        return true
    }

    mutating func lost(_ id: PoolMemberID, _ cause: any Error) -> Bool {
        if case .closed = state { return false }
        // Another one has taken its place already.
        guard current == id else { return false }
        current = nil
        state = .reconnecting(cause: cause)
        return true
    }

    mutating func closed() -> Bool {
        if case .closed = state { return false }
        current = nil
        state = .closed
        return true
    }
}
