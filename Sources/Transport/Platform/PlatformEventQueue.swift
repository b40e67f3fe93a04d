// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The queue that serves a loop best on this system.
func makePlatformEventQueue() throws(TransportError) -> any EventQueue {
    #if os(Linux) || os(Android)
        try EpollEventQueue()
    #else
        try PollEventQueue()
    #endif
}

/// Stands where the system gave no queue: nothing can be added, so nothing is ever waited for.
struct UnavailableEventQueue: EventQueue {
    let reason: TransportError

    func add(_ descriptor: Int32, token: UInt64) throws(TransportError) {
        throw reason
    }

    func arm(_ descriptor: Int32, token: UInt64, for interest: Readiness) {}
    func remove(_ descriptor: Int32) {}
    func wait(into events: inout [ReadinessEvent]) {}
    func wake() {}
}
