// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the system says of a TCP socket's options; -1 where it has none of that name.
struct SystemOptions: Equatable {
    var noDelay: Int32
    var keepAlive: Int32
    var idle: Int32
    var interval: Int32
    var probes: Int32
    var unacknowledgedMilliseconds: Int32
}

func systemOptions(_ descriptor: Int32) -> SystemOptions {
    func value(_ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, level, name, &value, &length) == 0 ? value : -1
    }
    let tcp = Int32(IPPROTO_TCP)
    #if os(Linux)
        // linux/tcp.h; not all of them are in every libc's header.
        let (idle, interval, probes, unacknowledged): (Int32, Int32, Int32, Int32) = (4, 5, 6, 18)
        let scale: Int32 = 1
    #else
        let (idle, interval, probes, unacknowledged) = (TCP_KEEPALIVE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_RXT_CONNDROPTIME)
        let scale: Int32 = 1000
    #endif
    return SystemOptions(
        noDelay: value(tcp, TCP_NODELAY) == 0 ? 0 : 1, keepAlive: value(SOL_SOCKET, SO_KEEPALIVE) == 0 ? 0 : 1,
        idle: value(tcp, idle), interval: value(tcp, interval), probes: value(tcp, probes),
        unacknowledgedMilliseconds: value(tcp, unacknowledged) * scale)
}
