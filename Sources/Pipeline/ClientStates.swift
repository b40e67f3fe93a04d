// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool
internal import Synchronization

/// A client's states as they follow each other, beginning with the present one; ends after ``ClientState/closed``.
///
/// Each iterator hears of its own accord. One that is slow misses states in between, never the last one.
public struct ClientStates: AsyncSequence, Sendable {
    let tracker: ClientStateTracker

    /// An iterator that begins with the present state.
    public func makeAsyncIterator() -> Iterator { Iterator(tracker.subscribe()) }

    /// Gives the states in their order.
    public struct Iterator: AsyncIteratorProtocol {
        private var base: AsyncStream<ClientState>.Iterator

        init(_ stream: AsyncStream<ClientState>) { base = stream.makeAsyncIterator() }

        /// The next state; `nil` after the last one, and when the task is cancelled.
        public mutating func next() async -> ClientState? { await base.next(isolation: #isolation) }
    }
}

/// Tells everybody who wants to know of a client's states.
final class ClientStateTracker: Sendable {
    private struct State {
        var machine = ClientStateMachine()
        var listeners: [Int: AsyncStream<ClientState>.Continuation] = [:]
        var lastListener = 0
    }

    private let state = Mutex(State())

    var current: ClientState { state.withLock { $0.machine.state } }

    /// Yields under the lock, so that nobody hears states in another order than they had.
    func change(_ event: (inout ClientStateMachine) -> Bool) {
        let finished: [Int: AsyncStream<ClientState>.Continuation] = state.withLock { state in
            guard event(&state.machine) else { return [:] }
            let now = state.machine.state
            for listener in state.listeners.values { listener.yield(now) }
            guard case .closed = now else { return [:] }
            defer { state.listeners = [:] }
            return state.listeners
        }
        // Finishing calls back, which takes the lock.
        for listener in finished.values { listener.finish() }
    }

    func subscribe() -> AsyncStream<ClientState> {
        // A handful is enough for whoever keeps up; the newest are those that count.
        let (stream, listener) = AsyncStream.makeStream(of: ClientState.self, bufferingPolicy: .bufferingNewest(16))
        let isClosed = state.withLock { state in
            state.lastListener += 1
            listener.onTermination = { [weak self, number = state.lastListener] _ in self?.remove(number) }
            listener.yield(state.machine.state)
            if case .closed = state.machine.state { return true }
            state.listeners[state.lastListener] = listener
            return false
        }
        if isClosed { listener.finish() }
        return stream
    }

    private func remove(_ number: Int) {
        state.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }
}
