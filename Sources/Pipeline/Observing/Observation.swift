// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
package import Transport

/// An observer, and which server what it is told is about. A class, so that there being none is one comparison.
package final class Observation: Sendable {
    let observer: any ClientObserver
    let server: ObservedServer

    package init(_ observer: any ClientObserver, _ server: ObservedServer) {
        (self.observer, self.server) = (observer, server)
    }

    package func tell(_ kind: ClientEvent.Kind) { observer.clientEvent(ClientEvent(kind, server)) }

    /// Reports a call that `body` makes. A call within a call that is reported already, such as a router's to a node, is
    /// part of it, unless `body` runs its user's code (`isOpaque`), whose calls are calls of their own.
    package func call<R>(
        _ operation: @autoclosure () -> String, batchSize: Int? = nil, _ environment: ClientEnvironment,
        isOpaque: Bool = true, _ body: () async throws -> R
    ) async throws -> R {
        if CallTrail.current != nil { return try await body() }
        let trail = CallTrail(operation(), server.node)
        let began = environment.now()
        func report(_ failure: ObservedFailure?) {
            let (attempts, node) = trail.summary
            let server = ObservedServer(server.configured, node: node, database: server.database)
            observer.callEnded(
                CallReport(
                    operation: trail.operation, batchSize: batchSize, server: server, began: began,
                    duration: began.duration(to: environment.now()), attempts: attempts, failure: failure))
        }
        do {
            let result =
                isOpaque ? try await CallTrail.$current.withValue(trail) { try await body() } : try await body()
            report(nil)
            return result
        } catch {
            report(ObservedFailure(error))
            throw error
        }
    }
}

/// What a call that is observed has been through. It is bound to the call's task, so that nobody else pays for it.
package final class CallTrail: Sendable {
    @TaskLocal package static var current: CallTrail?

    package let operation: String
    private let state: Mutex<(attempts: Int, node: Endpoint)>

    init(_ operation: String, _ node: Endpoint) {
        self.operation = operation
        state = Mutex((1, node))
    }

    /// The call goes to a node.
    package func goes(to node: Endpoint) { state.withLock { $0.node = node } }

    /// The call is made once more. Returns how often that makes.
    @discardableResult
    package func again() -> Int {
        state.withLock { state in
            state.attempts += 1
            return state.attempts
        }
    }

    var summary: (attempts: Int, node: Endpoint) { state.withLock { $0 } }
}

extension NodeConfiguration {
    package var observedServer: ObservedServer {
        ObservedServer(observedEndpoint ?? endpoint, node: endpoint, database: database)
    }

    func observation(_ environment: ClientEnvironment) -> Observation? {
        environment.observer.map { Observation($0, observedServer) }
    }
}

extension NodeClient {
    /// One attempt, within which its user's code may run.
    func observingOnce<R>(_ operation: String, _ body: () async throws -> R) async throws -> R {
        guard let observation else { return try await body() }
        return try await observation.call(operation, environment, isOpaque: false, body)
    }
}
