// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Runs lookups on threads of their own, at most so many at once. Those that have to wait run in the order of their
/// coming.
final class LookupThreads: Sendable {
    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Runs work on a thread, now or when one is free.
    ///
    /// - Throws: `TransportError.system` with the operation `thread` if the system has none.
    func run(_ work: @escaping @Sendable () -> Void) throws(TransportError) {
        let mustStart = state.withLock { state in
            if state.running == limit {
                state.waiting.append(work)
                return false
            }
            state.running += 1
            return true
        }
        guard mustStart else { return }
        do throws(TransportError) {
            try startThread(named: "toolkit-resolve") { [self] in
                work()
                while let next = nextOrEnd() { next() }
            }
        } catch {
            state.withLock { $0.running -= 1 }
            throw error
        }
    }

    private func nextOrEnd() -> (@Sendable () -> Void)? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
