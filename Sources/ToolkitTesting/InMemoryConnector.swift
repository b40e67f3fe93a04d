// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
public import Transport

/// Connects to nothing but a closure, which gets the server's end of each connection.
public struct InMemoryConnector: TransportConnector {
    private let options: InMemoryTransport.Options
    private let accept: @Sendable (Endpoint, InMemoryTransport) async throws -> Void

    /// Makes a connector.
    ///
    /// - Parameters:
    ///   - options: of the pairs that it makes.
    ///   - accept: is given the endpoint asked for and the server's end, before `connect` returns. The connect fails with
    ///     what it throws (`TransportError.connectionRefused(endpoint)`, say) and takes as long as it does.
    public init(
        options: InMemoryTransport.Options = .init(),
        accept: @escaping @Sendable (Endpoint, InMemoryTransport) async throws -> Void
    ) {
        self.options = options
        self.accept = accept
    }

    /// Makes a pair and hands its server's end to the closure.
    public func connect(to endpoint: Endpoint) async throws -> any ReadinessTransport {
        try Task.checkCancellation()
        let (client, server) = InMemoryTransport.pair(options)
        do {
            try await accept(endpoint, server)
            try Task.checkCancellation()
        } catch {
            client.close()
            throw error
        }
        return client
    }
}
