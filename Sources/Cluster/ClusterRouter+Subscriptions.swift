// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
public import PubSub
internal import RESPCodec
internal import Synchronization
internal import Transport

extension ClusterRouter: SubscriptionClient {
    /// The subscriptions of this client.
    ///
    /// Channels and patterns are heard at one node, whichever it is: a cluster passes what is published on to all of its
    /// nodes. Shard channels are heard at the node that has their slot. When the slot moves the subscription follows, and
    /// its subscriber gets a gap.
    public var subscriptions: SubscriptionHub {
        state.withLock { state in
            if let hub = state.hub { return hub }
            let hub = SubscriptionHub(subscriberConnector(), environment: environment)
            if state.isClosed { hub.close() }
            state.hub = hub
            return hub
        }
    }

    /// The hub must not keep the router alive: subscriptions refer to the hub.
    private func subscriberConnector() -> SubscriberConnector {
        SubscriberConnector(
            callTimeout: configuration.node.commandTimeout,
            open: { [weak self] endpoint, onPush, onClose in
                guard let self else { throw ClusterError.closed }
                let node = try await self.subscriberNode(endpoint)
                return try await node.client.openConnection(mode: .subscriber, onPush: onPush, onClose: onClose)
            },
            endpoint: { [weak self] channel, afterMove in
                guard let self else { throw ClusterError.closed }
                return try await self.endpoint(ofShardChannel: channel, afterMove: afterMove)
            })
    }

    private func subscriberNode(_ endpoint: Endpoint?) async throws -> ClusterNode {
        try await waitForTopology(deadline: callDeadline(from: environment.now()))
        return try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            if case .tcp(let host, let port) = endpoint {
                return state.directory.node(at: NodeAddress(host: host, port: port))
            }
            guard let any = state.directory.anyPrimary() else { throw ClusterError.topologyUnavailable([]) }
            return any
        }
    }

    /// Where the hub hears a shard channel: the address by which the cluster knows the node.
    private func endpoint(ofShardChannel channel: RESPBytes, afterMove: Bool) async throws -> Endpoint? {
        try await waitForTopology(deadline: callDeadline(from: environment.now()))
        // What is known is better than nothing: the hub will find out and ask again.
        if afterMove { try? await refreshTopology() }
        let slot = HashSlot(ofKey: channel.span)
        return try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            guard let address = state.directory.map[slot]?.primary else { throw ClusterError.slotNotServed(slot) }
            return .tcp(host: address.host, port: address.port)
        }
    }
}
