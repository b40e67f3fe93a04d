// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
package import Transport

/// Says where the connections of a client go: to one server and where it redirects to, or to the primary of a group.
package protocol EndpointSource: Sendable {
    /// Where the next connection goes; asked by every dial.
    func endpoint() async throws -> Endpoint

    /// Whether a connection to this endpoint is as good as the next one would be.
    func isCurrent(_ endpoint: Endpoint) -> Bool

    /// The server at an endpoint has refused a command since it is a replica, and may have said of whom.
    func refused(by endpoint: Endpoint?, naming primary: NodeAddress?)

    /// No connection could be made to this endpoint, or the one that was has been lost.
    func lost(_ endpoint: Endpoint, duringDial: Bool)
}

/// One server, and where it redirects to.
final class RedirectedEndpoint: EndpointSource {
    private let machine: Mutex<EndpointStateMachine>
    private let translateAddress: (@Sendable (NodeAddress) -> NodeAddress)?

    init(_ configuration: NodeConfiguration) {
        machine = Mutex(EndpointStateMachine(configuration.endpoint))
        translateAddress = configuration.translateAddress
    }

    func endpoint() -> Endpoint { machine.withLock { $0.current } }

    func isCurrent(_ endpoint: Endpoint) -> Bool { machine.withLock { $0.current == endpoint } }

    func refused(by endpoint: Endpoint?, naming primary: NodeAddress?) {
        guard let primary else { return }
        let target = (translateAddress?(primary) ?? primary).endpoint
        machine.withLock { $0.redirected(to: target) }
    }

    func lost(_ endpoint: Endpoint, duringDial: Bool) {
        if duringDial { machine.withLock { $0.failed(endpoint) } }
    }
}
