// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import Transport

    /// What is armed on a transport, and whose turn it is to call the handler: calls never overlap. Whoever gets a handler from
    /// here calls it, outside of any lock, and asks for the next call until there is none.
    struct ReadinessNotifier {
        /// A closure that is handed out of a lock by itself costs two allocations: it changes its calling convention.
        final class Handler: Sendable {
            let call: @Sendable (Readiness) -> Void

            init(_ call: @escaping @Sendable (Readiness) -> Void) { self.call = call }
        }

        private(set) var armed: Readiness = []
        private var handler: Handler?
        private var isCalling = false
        /// Fired while a call was under way.
        private var waiting: Readiness = []
        private var isClosed = false

        /// Sets whom to call; returns whom it replaces, to be freed outside of the lock.
        mutating func setHandler(_ new: Handler?) -> Handler? {
            let former = handler
            if !isClosed { handler = new }
            return former
        }

        mutating func arm(_ interest: Readiness) {
            if !isClosed { armed.formUnion(interest) }
        }

        /// These hold now: disarms those that are armed. Returns a call to make, if nobody is at it.
        mutating func fire(_ readiness: Readiness) -> (Handler, Readiness)? {
            let fired = armed.intersection(readiness)
            armed.subtract(fired)
            guard !fired.isEmpty, let handler else { return nil }
            if isCalling {
                waiting.formUnion(fired)
                return nil
            }
            isCalling = true
            return (handler, fired)
        }

        /// A call has returned. The next one to make, if there is one.
        mutating func called() -> (Handler, Readiness)? {
            guard let handler, !waiting.isEmpty else {
                isCalling = false
                return nil
            }
            defer { waiting = [] }
            return (handler, waiting)
        }

        /// Nothing is called any more. Returns the handler, to be freed outside of the lock.
        mutating func close() -> Handler? {
            isClosed = true
            (armed, waiting) = ([], [])
            return handler.take()
        }
    }

#endif
