// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import Pool
internal import Transport

extension RedirectStateMachine.Refusal {
    /// What `error`, which came from `node`, means for a command in a cluster; `nil`: it is the caller's.
    init?(_ error: any Error, from node: NodeAddress?) {
        switch error {
        case let error as ServerError: self.init(error, from: node)
        case let error as ConnectionError: self.init(error, from: node)
        // A certificate that isn't accepted is for good, like a wrong password.
        case TransportError.security(let failure) where !failure.isTransient: return nil
        case is TransportError: self = .connectionLost(.notExecuted)
        case let error as PoolError:
            switch error {
            case .closed, .waitTimedOut: self = .connectionLost(.notExecuted)
            case .tooManyWaiters: return nil
            }
        case ClusterError.slotNotServed: self = .uncovered
        default: return nil
        }
    }

    /// What an error reply means.
    init?(_ error: ServerError, from node: NodeAddress?) {
        switch error.redirect {
        case .moved(let slot, let host, let port):
            guard let target = Self.target(host, port, node) else { return nil }
            self = .moved(slot: slot, to: target)
            return
        case .ask(_, let host, let port):
            guard let target = Self.target(host, port, node) else { return nil }
            self = .ask(to: target)
            return
        default: break
        }
        switch error.code {
        case .tryAgain: self = .tryAgain
        case .clusterDown: self = .clusterDown
        case .loading: self = .loading
        case .primaryDown: self = .masterDown
        case .readOnly: self = .readOnly
        default: return nil
        }
    }

    /// What the end of a connection means. A deadline that has passed is the caller's.
    private init?(_ error: ConnectionError, from node: NodeAddress?) {
        switch error {
        case .closed(.malformedReply, _, _), .closed(.unsolicitedReply, _, _), .closed(.outOfStep, _, _): return nil
        case .closed(_, .notSent, _), .handshakeBroken, .connectTimedOut, .clientClosed:
            self = .connectionLost(.notExecuted)
        case .closed(_, .outcomeUnknown, _): self = .connectionLost(.unknown)
        case .handshakeRefused(_, let refused):
            // The node may be starting or failing over; a wrong password is for good.
            guard let refusal = Self(refused, from: node) else { return nil }
            self = refusal
        default: return nil
        }
    }

    private static func target(_ host: String, _ port: Int, _ node: NodeAddress?) -> NodeAddress? {
        if let node { return NodeAddress(host: host, port: port, namedBy: node) }
        return host.isEmpty ? nil : NodeAddress(host: host, port: port)
    }
}
