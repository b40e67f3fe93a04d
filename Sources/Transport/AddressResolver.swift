// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Turns host names into addresses. Injected, for tests, simulations and name services of other kinds.
public protocol AddressResolver: Sendable {
    /// Finds the addresses of a host, the most promising first.
    ///
    /// Never asked for numeric addresses. Must end at once when the task is cancelled: whoever connects waits for it.
    ///
    /// - Throws: `TransportError.nameNotResolved`, or `CancellationError`.
    func addresses(of host: String, port: UInt16) async throws -> [SocketAddress]
}

/// Asks the system (`getaddrinfo`), anew each time, on threads of its own.
///
/// The system's call can't be stopped: when a task is cancelled the call goes on alone until the system answers, and
/// the answer is dropped. Two bounds keep a name service that hangs from taking all threads, or from holding up others:
///
/// - A name is looked up once at a time. Who asks meanwhile gets the same answer.
/// - At most 16 names are looked up at once in a process. Further names wait until one of these is through, which the
///   system bounds: on Linux `timeout` × `attempts` of `resolv.conf` for each name server, 10 seconds by default. So
///   only 16 names that hang at the same time hold up another one, and not for ever.
public struct SystemAddressResolver: AddressResolver {
    /// Makes the resolver.
    public init() {}

    /// Asks the system. The cooperative pool is not blocked meanwhile.
    ///
    /// - Throws: `TransportError.nameNotResolved`; `.system` with the operation `thread`; `CancellationError`.
    public func addresses(of host: String, port: UInt16) async throws -> [SocketAddress] {
        try await NameLookups.shared.addresses(of: host).map { $0.withPort(port) }
    }
}
