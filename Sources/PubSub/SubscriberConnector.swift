// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Pipeline
package import RESPCodec
package import Transport

/// What subscriptions need to know about servers, as closures: one server, or a cluster.
package struct SubscriberConnector: Sendable {
    /// Opens a connection for subscriptions, to the node named, or to any for `nil`.
    package var open:
        @Sendable (
            Endpoint?, _ onPush: @escaping @Sendable (RESPFrame) -> Void,
            _ onClose: @escaping @Sendable (CloseReason) -> Void
        ) async throws -> RESPConnection

    /// The node that has a shard channel's slot; `nil` for the connection that channels and patterns use.
    ///
    /// `afterMove` says that the last answer has turned out to be wrong, so the topology should be looked at again.
    package var endpoint: @Sendable (_ channel: RESPBytes, _ afterMove: Bool) async throws -> Endpoint?

    /// Whether connecting again can't help.
    package var isPermanentFailure: @Sendable (any Error) -> Bool

    /// How long a call may take in all; `nil` is as long as it takes.
    package var callTimeout: Duration?

    package init(
        callTimeout: Duration?,
        open:
            @escaping @Sendable (
                Endpoint?, _ onPush: @escaping @Sendable (RESPFrame) -> Void,
                _ onClose: @escaping @Sendable (CloseReason) -> Void
            ) async throws -> RESPConnection,
        endpoint: @escaping @Sendable (_ channel: RESPBytes, _ afterMove: Bool) async throws -> Endpoint? = { _, _ in
            nil
        },
        isPermanentFailure: @escaping @Sendable (any Error) -> Bool = ConnectionError.isPermanentDialFailure
    ) {
        self.callTimeout = callTimeout
        self.open = open
        self.endpoint = endpoint
        self.isPermanentFailure = isPermanentFailure
    }

    /// One server, and everything there.
    package init(_ client: NodeClient) {
        self.init(
            callTimeout: client.configuration.commandTimeout,
            open: { _, onPush, onClose in
                try await client.openConnection(mode: .subscriber, onPush: onPush, onClose: onClose)
            })
    }
}
