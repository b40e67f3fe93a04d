// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pool
public import Transport

/// Something that happened to a client or to one of its connections; see ``ClientObserver``.
public struct ClientEvent: Sendable {
    /// What happened.
    @nonexhaustive
    public enum Kind: Sendable {
        /// A connection is being dialed.
        case connecting
        /// It is there, and secured where that was asked for, so long after it was begun to be dialed.
        case connected(after: Duration)
        /// Its handshake is done: it is ready for use.
        case ready(ProtocolVersion, after: Duration)
        /// It could not be made.
        case connectFailed(ObservedFailure, after: Duration)
        /// A connection ended.
        case closed(CloseReason, FlightRecord)
        /// The connection that all calls share was lost; it is dialed again when somebody needs it.
        case reconnecting(ObservedFailure)
        /// The pool had no more use for a connection.
        case leftPool(PoolCloseReason)
        /// A call failed in a way that lets it be made again, and is made again after a pause.
        case retrying(operation: String, attempt: Int, after: Duration, ObservedFailure)
        /// A node of a cluster sent a call to another one.
        case redirected(operation: String, to: Endpoint)
        /// The provider gave new credentials.
        case credentialsRenewed
        /// The provider failed, or the server refused what it gave.
        case credentialsFailed
        /// The server pushed what this version doesn't know; it was ignored. The kind is cut to 32 printable characters.
        case unknownPush(kind: String)
        /// A client that had been used was dropped without `close()`; its connections are closed.
        case droppedWithoutClose
    }

    /// Which server it is about.
    public var server: ObservedServer
    /// What happened.
    public var kind: Kind

    package init(_ kind: Kind, _ server: ObservedServer) { (self.kind, self.server) = (kind, server) }

    /// The name of what happened, for a log's field or a counter: `valkey.client.` and a word.
    public var name: String { "valkey.client.\(word)" }

    /// The attributes of the server and of the failure, if there is one.
    public var attributes: [TelemetryAttribute] {
        var all = server.attributes
        switch kind {
        case .connectFailed(let failure, _), .reconnecting(let failure): failure.add(to: &all)
        case .retrying(let operation, _, _, let failure):
            all.append(TelemetryAttribute("db.operation.name", operation))
            failure.add(to: &all)
        case .redirected(let operation, _): all.append(TelemetryAttribute("db.operation.name", operation))
        case .closed(.closedByOwner, _), .closed(.retired, _): break
        case .closed(let reason, _): ObservedFailure(reason).add(to: &all)
        default: break
        }
        return all
    }

    private var word: String {
        switch kind {
        case .connecting: "connecting"
        case .connected: "connected"
        case .ready: "ready"
        case .connectFailed: "connect_failed"
        case .closed: "closed"
        case .reconnecting: "reconnecting"
        case .leftPool: "left_pool"
        case .retrying: "retrying"
        case .redirected: "redirected"
        case .credentialsRenewed: "credentials_renewed"
        case .credentialsFailed: "credentials_failed"
        case .unknownPush: "unknown_push"
        case .droppedWithoutClose: "dropped_without_close"
        }
    }
}

extension ClientEvent: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        let text =
            switch kind {
            case .connecting: "connecting"
            case .connected(let time): "connected after \(time.brief)"
            case .ready(let version, let time): "ready after \(time.brief), speaks RESP\(version.rawValue)"
            case .connectFailed(let failure, let time): "no connection after \(time.brief): \(failure)"
            case .closed(let reason, let record): "connection closed (\(reason)): \(record)"
            case .reconnecting(let failure): "connection lost: \(failure)"
            case .leftPool(let reason): "connection left the pool: \(reason.rawValue)"
            case .retrying(let operation, let attempt, let pause, let failure):
                "\(operation): attempt \(attempt) after \(pause.brief), since \(failure)"
            case .redirected(let operation, let endpoint): "\(operation): redirected to \(endpoint)"
            case .credentialsRenewed: "credentials renewed"
            case .credentialsFailed: "credentials could not be renewed"
            case .unknownPush(let kind): "unknown push: \(kind)"
            case .droppedWithoutClose: "a client was dropped without close()"
            }
        return "\(server.node): \(text)"
    }
}

extension ObservedFailure {
    func add(to all: inout [TelemetryAttribute]) {
        all.append(TelemetryAttribute("error.type", type))
        if let statusCode { all.append(TelemetryAttribute("db.response.status_code", statusCode)) }
    }
}
