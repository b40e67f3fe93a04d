// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// A `MessageBuffer` that subscribers can wait at. Whoever fills it never waits.
final class EventChannel<Element: Sendable>: Sendable {
    /// What a subscriber gets.
    enum Received: Sendable {
        case element(Element)
        case dropped(Int)
        /// The end, without an error.
        case finished
    }

    fileprivate typealias Waiter = CheckedContinuation<Received, any Error>

    /// A subscriber who waited, and what it gets. Resume it without a lock: its executor may run it there and then.
    struct Served {
        fileprivate let waiter: Waiter
        fileprivate let result: Result<Received, any Error>

        func resume() { waiter.resume(with: result) }
    }

    private struct State {
        var buffer: MessageBuffer<Element>
        /// In the order of arrival.
        var waiters: [(id: UInt64, waiter: Waiter)] = []
        var cancelled: Set<UInt64> = []
        var lastID: UInt64 = 0
    }

    private let state: Mutex<State>

    init(_ policy: BufferPolicy) {
        state = Mutex(State(buffer: MessageBuffer(policy)))
    }

    /// Takes an element in, or drops one by the policy. Runs nobody else's code, so that it may be called under a lock that
    /// keeps elements in order.
    ///
    /// - Returns: who is to be resumed.
    func put(_ element: Element, bytes: Int, isMessage: Bool = true) -> Served? {
        state.withLock { state in
            state.buffer.append(element, bytes: bytes, isMessage: isMessage)
            return Self.takeServed(&state)
        }
    }

    /// Nothing comes any more; what is here can still be read.
    func finish(_ error: (any Error)? = nil) {
        state.withLock { $0.buffer.finish(error) }
        while let served = state.withLock({ Self.takeServed(&$0) }) { served.resume() }
    }

    /// Waits for what comes next.
    ///
    /// - Throws: what the channel was finished with; `CancellationError` at once when the task is cancelled.
    func next() async throws -> Received {
        if let result = state.withLock({ $0.waiters.isEmpty ? Self.takeNext(&$0) : nil }) {
            try Task.checkCancellation()
            return try result.get()
        }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let result: Result<Received, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if state.waiters.isEmpty, let result = Self.takeNext(&state) { return result }
                    state.waiters.append((id, waiter))
                    return nil
                }
                if let result { waiter.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil as Waiter?
                }
                return state.waiters.remove(at: index).waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private static func takeServed(_ state: inout State) -> Served? {
        guard !state.waiters.isEmpty, let result = takeNext(&state) else { return nil }
        return Served(waiter: state.waiters.removeFirst().waiter, result: result)
    }

    private static func takeNext(_ state: inout State) -> Result<Received, any Error>? {
        switch state.buffer.next() {
        case .element(let element): .success(.element(element))
        case .dropped(let count): .success(.dropped(count))
        case .finished(let error): error.map { .failure($0) } ?? .success(.finished)
        case .empty: nil
        }
    }
}
