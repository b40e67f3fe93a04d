// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import _ToolkitShims

/// The portable queue: poll(2) and a pipe to wake it with.
///
/// Each wait costs O(*n*) in the descriptors watched, and arming from another thread wakes the waiting one.
public final class PollEventQueue: EventQueue {
    private struct Watch {
        var token: UInt64
        var interest: Readiness
    }

    private struct State {
        var watches: [Int32: Watch] = [:]
        var isWakePending = false
        /// What the waiting thread hands to poll(2), kept for the next wait.
        var entries: [toolkit_poll_entry] = []
    }

    private let state = Mutex(State())
    private let wakeInput: Descriptor
    private let wakeOutput: Descriptor

    /// Opens the pipe.
    ///
    /// - Throws: `TransportError.system` with the operation `watch`.
    public init() throws(TransportError) {
        var ends: [Int32] = [-1, -1]
        let result = unsafe toolkit_pipe_open(&ends)
        if result < 0 { throw .system(errno: -result, operation: .watch) }
        wakeOutput = Descriptor(owning: ends[0])
        wakeInput = Descriptor(owning: ends[1])
    }

    /// Begins to watch. No system call.
    public func add(_ descriptor: Int32, token: UInt64) throws(TransportError) {
        state.withLock { $0.watches[descriptor] = Watch(token: token, interest: []) }
    }

    /// Arms, and wakes the waiting thread.
    public func arm(_ descriptor: Int32, token: UInt64, for interest: Readiness) {
        state.withLock { $0.watches[descriptor] = Watch(token: token, interest: interest) }
        wake()
    }

    /// Ends watching. A wait under way may still look at the descriptor; it reports nothing of it.
    public func remove(_ descriptor: Int32) {
        _ = state.withLock { $0.watches.removeValue(forKey: descriptor) }
        wake()
    }

    /// Waits: one system call over all armed descriptors.
    public func wait(into events: inout [ReadinessEvent]) {
        wait(into: &events, blocking: true)
    }

    /// Looks: one system call over all armed descriptors.
    public func poll(into events: inout [ReadinessEvent]) {
        wait(into: &events, blocking: false)
    }

    private func wait(into events: inout [ReadinessEvent], blocking: Bool) {
        var entries: [toolkit_poll_entry] = []
        state.withLock { state in
            swap(&entries, &state.entries)
            entries.removeAll(keepingCapacity: true)
            entries.append(
                toolkit_poll_entry(descriptor: wakeOutput.number, wanted: Int16(TOOLKIT_POLL_IN), found: 0))
            for (descriptor, watch) in state.watches where !watch.interest.isEmpty {
                entries.append(
                    toolkit_poll_entry(descriptor: descriptor, wanted: watch.interest.pollBits, found: 0))
            }
        }
        let count = unsafe toolkit_poll(&entries, entries.count, blocking ? 1 : 0)
        state.withLock { state in
            defer { swap(&entries, &state.entries) }
            guard count > 0 else { return }
            if entries[0].found != 0 {
                state.isWakePending = false
                toolkit_pipe_drain(wakeOutput.number)
            }
            for entry in entries.dropFirst() where entry.found != 0 {
                guard var watch = state.watches[entry.descriptor] else { continue }
                // Against what is armed now, which may be another watch than the one that was polled: then a report
                // may be wrong, and whoever gets it finds nothing to read and arms again.
                let found = Readiness(pollBits: entry.found).intersection(watch.interest)
                if found.isEmpty { continue }
                watch.interest = []
                state.watches[entry.descriptor] = watch
                events.append(ReadinessEvent(token: watch.token, readiness: found))
            }
        }
    }

    /// Wakes the waiting thread by the pipe, once until it has woken.
    public func wake() {
        let isNeeded = state.withLock { state in
            defer { state.isWakePending = true }
            return !state.isWakePending
        }
        if isNeeded { toolkit_pipe_signal(wakeInput.number) }
    }
}

extension Readiness {
    fileprivate var pollBits: Int16 {
        (contains(.readable) ? Int16(TOOLKIT_POLL_IN) : 0) | (contains(.writable) ? Int16(TOOLKIT_POLL_OUT) : 0)
    }

    fileprivate init(pollBits: Int16) {
        let input = Int16(TOOLKIT_POLL_IN)
        let output = Int16(TOOLKIT_POLL_OUT)
        self = []
        if pollBits & input != 0 { insert(.readable) }
        if pollBits & output != 0 { insert(.writable) }
        // Errors and hang-ups are for whoever waits.
        if pollBits & ~(input | output) != 0 { formUnion([.readable, .writable]) }
    }
}
