// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pool
internal import RESPCodec
internal import Synchronization
internal import Transport

/// What the pool of a client has to know about connections.
extension NodeClient {
    static func makePool(
        _ configuration: NodeConfiguration, _ environment: ClientEnvironment, readsFromReplica: Bool,
        endpoints: any EndpointSource, credentials: CredentialsSource?, tracker: ClientStateTracker,
        server: ServerRecord
    ) -> ConnectionPool<RESPConnection> {
        let owner = PoolReference()
        let observation = configuration.observation(environment)
        var onEvent: (@Sendable (PoolEvent) -> Void)?
        if let observation { onEvent = { observation.tell($0) } }
        let pool = ConnectionPool(
            configuration: PoolConfiguration(configuration),
            member: PoolMember(
                open: { id in
                    if id.isShared { tracker.change { $0.dialing() } }
                    var target: Endpoint?
                    do {
                        let endpoint = try await endpoints.endpoint()
                        target = endpoint
                        var configuration = configuration
                        configuration.observedEndpoint = configuration.observedEndpoint ?? configuration.endpoint
                        configuration.endpoint = endpoint
                        let connection = try await RESPConnection.open(
                            configuration, environment: environment, mode: .commands,
                            readsFromReplica: readsFromReplica, credentials: credentials, server: server,
                            onClose: { reason in
                                tracker.change { $0.lost(id, reason) }
                                if reason.isLoss { endpoints.lost(endpoint, duringDial: false) }
                                if id.isShared { observation?.lostShared(reason) }
                                owner.pool?.memberClosed(id, cause: reason)
                            })
                        if id.isShared {
                            connection.keepAlive()
                            tracker.change { $0.opened(id) }
                        }
                        // What ended it meanwhile is why there is no connection.
                        if let reason = connection.closeReason {
                            tracker.change { $0.lost(id, reason) }
                            throw connection.closed(reason, .notSent)
                        }
                        return connection
                    } catch {
                        if let target, !(error is CancellationError) { endpoints.lost(target, duringDial: true) }
                        if id.isShared { tracker.change { $0.failed(error) } }
                        throw error
                    }
                },
                reset: { connection in
                    await connection.restore(
                        configuration, readsFromReplica: readsFromReplica, credentials: credentials)
                },
                probe: { await $0.isAlive(environment, within: configuration.connectTimeout) },
                retire: { $0.retire() },
                close: { $0.close() },
                isPermanentFailure: ConnectionError.isPermanentDialFailure),
            time: PoolTime(now: environment.now, sleep: environment.sleep, random: environment.random),
            onEvent: onEvent)
        owner.setPool(pool)
        return pool
    }
}

extension Observation {
    fileprivate func lostShared(_ reason: CloseReason) {
        switch reason {
        case .closedByOwner, .retired: break
        default: tell(.reconnecting(ObservedFailure(reason)))
        }
    }

    /// What connections tell themselves is left out.
    fileprivate func tell(_ event: PoolEvent) {
        if case .closed(_, let reason, _) = event, reason != .lost, reason != .shutdown { tell(.leftPool(reason)) }
    }
}

extension PoolConfiguration {
    fileprivate init(_ configuration: NodeConfiguration) {
        self.init(
            minimumConnections: configuration.minimumConnections,
            maximumConnections: configuration.maximumConnections,
            maximumWaiters: configuration.maximumWaiters,
            idleTimeout: configuration.idleTimeout,
            lifetime: configuration.connectionLifetime,
            probeAfter: configuration.probeAfterSilence)
    }
}

extension RESPConnection {
    /// Whether there is an answer to a PING; an error is one.
    fileprivate func isAlive(_ environment: ClientEnvironment, within limit: Duration) async -> Bool {
        await answer(environment, within: limit) { $0.literal("*1\r\n$4\r\nPING\r\n") } != nil
    }

    private func answer(
        _ environment: ClientEnvironment, within limit: Duration, _ encode: (inout CommandEncoder) -> Void
    ) async -> RESPFrame? {
        guard closeReason == nil else { return nil }
        let now = environment.moment
        let options = CallOptions(now: now, deadline: now + limit.wholeNanoseconds, mayWaitInline: false)
        return try? await roundTrip(options, encode)
    }
}

/// The pool that a connection reports its end to, which is made after what it needs to be made.
private final class PoolReference: Sendable {
    private struct Weak {
        weak var pool: ConnectionPool<RESPConnection>?
    }

    private let reference = Mutex(Weak())

    var pool: ConnectionPool<RESPConnection>? { reference.withLock { $0.pool } }

    func setPool(_ pool: ConnectionPool<RESPConnection>) { reference.withLock { $0.pool = pool } }
}

extension CloseReason {
    /// Whether the peer ended it, or the way to it.
    fileprivate var isLoss: Bool {
        switch self {
        case .closedByOwner, .retired: false
        case .endOfStream, .transport, .malformedReply, .silent, .unsolicitedReply, .outOfStep: true
        }
    }
}

extension ServerError {
    /// Whether the server will likely say something else in a moment.
    fileprivate var isTransient: Bool {
        switch code {
        case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN": true
        // It has no room now, and a code for nothing in particular: "ERR max number of clients reached".
        default: message.contains("max number of clients")
        }
    }
}

extension ConnectionError {
    /// Whether dialing again can't help: a refused handshake stays refused, except where the server says that it is not
    /// ready; so does a certificate, and a name without an address.
    package static func isPermanentDialFailure(_ error: any Error) -> Bool {
        switch error {
        case ConnectionError.handshakeRefused(_, let error): !error.isTransient
        case ConnectionError.handshakeReplyUnexpected: true
        case ConnectionError.primaryNotFound(let causes):
            !causes.isEmpty && causes.values.allSatisfy(isPermanentDialFailure)
        case let error as TransportError: !error.isTransient
        default: false
        }
    }
}
