// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if os(Linux) || os(Android)
    internal import _ToolkitShims

    /// Linux's epoll, one-shot: arming is one `epoll_ctl` from any thread and needs no wake-up.
    public final class EpollEventQueue: EventQueue {
        /// No registration has this token: the wake-up's.
        private static let wakeToken = UInt64.max
        private static let batch = 64

        private let queue: Descriptor
        private let wakeUp: Descriptor

        /// Opens an epoll instance and an eventfd.
        ///
        /// - Throws: `TransportError.system` with the operation `watch`.
        public init() throws(TransportError) {
            queue = try Self.open(toolkit_epoll_open())
            wakeUp = try Self.open(toolkit_eventfd_open())
            try add(wakeUp.number, token: Self.wakeToken)
            arm(wakeUp.number, token: Self.wakeToken, for: .readable)
        }

        /// Begins to watch: one system call.
        public func add(_ descriptor: Int32, token: UInt64) throws(TransportError) {
            let result = toolkit_epoll_control(queue.number, TOOLKIT_EPOLL_ADD, descriptor, 0, token)
            if result < 0 { throw .system(errno: -result, operation: .watch) }
        }

        /// Arms: one system call.
        public func arm(_ descriptor: Int32, token: UInt64, for interest: Readiness) {
            let bits = UInt32(interest.rawValue)
            let result = toolkit_epoll_control(queue.number, TOOLKIT_EPOLL_MODIFY, descriptor, bits, token)
            precondition(result == 0, "A descriptor was armed that is not in the queue.")
        }

        /// Keeps armed: one system call, and none after each report.
        public func keepArmed(_ descriptor: Int32, token: UInt64, for interest: Readiness) -> Bool {
            let bits = UInt32(interest.rawValue) | UInt32(TOOLKIT_KEEP_ARMED)
            let result = toolkit_epoll_control(queue.number, TOOLKIT_EPOLL_MODIFY, descriptor, bits, token)
            precondition(result == 0, "A descriptor was armed that is not in the queue.")
            return true
        }

        /// Ends watching: one system call.
        public func remove(_ descriptor: Int32) {
            _ = toolkit_epoll_control(queue.number, TOOLKIT_EPOLL_REMOVE, descriptor, 0, 0)
        }

        /// Waits: one system call for up to 64 events.
        public func wait(into events: inout [ReadinessEvent]) {
            wait(into: &events, blocking: true)
        }

        /// Looks: one system call for up to 64 events.
        public func poll(into events: inout [ReadinessEvent]) {
            wait(into: &events, blocking: false)
        }

        private func wait(into events: inout [ReadinessEvent], blocking: Bool) {
            unsafe withUnsafeTemporaryAllocation(of: toolkit_event.self, capacity: Self.batch) { found in
                let count = unsafe toolkit_epoll_wait(
                    queue.number, found.baseAddress, Int32(found.count), blocking ? 1 : 0)
                precondition(count >= 0, "The epoll instance was closed by somebody else.")
                for index in 0..<Int(count) {
                    let event = unsafe found[index]
                    if event.token == Self.wakeToken {
                        toolkit_eventfd_drain(wakeUp.number)
                        arm(wakeUp.number, token: Self.wakeToken, for: .readable)
                    } else {
                        let readiness = Readiness(rawValue: UInt8(event.readiness))
                        events.append(ReadinessEvent(token: event.token, readiness: readiness))
                    }
                }
            }
        }

        /// Wakes the waiting thread by the eventfd.
        public func wake() {
            toolkit_eventfd_signal(wakeUp.number)
        }

        private static func open(_ result: Int32) throws(TransportError) -> Descriptor {
            if result < 0 { throw .system(errno: -result, operation: .watch) }
            return Descriptor(owning: result)
        }
    }
#endif
