// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Waits until something can be done with one of many sockets.
public struct Poller: ~Copyable {
    private var entries: [pollfd] = []

    /// Makes a poller for no socket.
    public init() {}

    /// Forgets all sockets.
    public mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    /// Adds a socket to those waited for.
    public mutating func add(_ socket: borrowing Socket, reading: Bool, writing: Bool) {
        let events = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
        // A socket that is waited for in no way would still end the wait when its peer goes.
        let descriptor = events == 0 ? -1 : socket.descriptor
        entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    }

    /// Waits until there is something to do, or something has ended.
    public mutating func wait() {
        _ = unsafe poll(&entries, nfds_t(entries.count), -1)
    }

    /// Whether the socket that was added as `index`th can be read or has ended.
    public func isReadable(_ index: Int) -> Bool {
        CInt(entries[index].revents) & (POLLIN | POLLHUP | POLLERR) != 0
    }

    /// Whether the socket that was added as `index`th can be written.
    public func isWritable(_ index: Int) -> Bool { CInt(entries[index].revents) & POLLOUT != 0 }
}
