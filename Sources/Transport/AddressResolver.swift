// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Turns host names into addresses. Injected, for tests, simulations and name services of other kinds.
public protocol AddressResolver: Sendable {
    /// Finds the addresses of a host, in the order in which they shall be tried.
    ///
    /// Never asked for numeric addresses. Should end at once when the task is cancelled.
    ///
    /// - Throws: `TransportError.nameNotResolved`, or `CancellationError`.
    func addresses(of host: String, port: UInt16) async throws -> [SocketAddress]
}

/// Asks the system (`getaddrinfo`), anew each time, on a thread of its own.
///
/// The system's call can't be stopped: when a task is cancelled its thread goes on alone until the
/// system answers, and the answer is dropped. At most 16 such threads exist in a process; further lookups wait.
public struct SystemAddressResolver: AddressResolver {
    /// Makes the resolver.
    public init() {}

    /// Asks the system. The cooperative pool is not blocked meanwhile.
    public func addresses(of host: String, port: UInt16) async throws -> [SocketAddress] {
        let answer = OneShot<[SocketAddress]>()
        try LookupThreads.shared.run {
            // Nobody may be there any more when its turn has come.
            if answer.isCompleted { return }
            answer.complete(lookUp(host: host, port: port, numericOnly: false).mapError { $0 })
        }
        return try await answer.value()
    }
}
