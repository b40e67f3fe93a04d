// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Commands
package import Pool
package import Transport

extension ConnectionError: CallLoss {
    package var outlook: CallOutlook? {
        switch self {
        case .closed(.closedByOwner, _, _), .closed(.malformedReply, _, _), .closed(.unsolicitedReply, _, _),
            .closed(.outOfStep, _, _), .handshakeBroken(.closedByOwner, _), .clientClosed:
            nil
        case .closed, .handshakeBroken, .overloaded, .primaryNotFound, .credentialsUnavailable: .retry
        case .timedOut, .connectTimedOut: .waited
        case .handshakeRefused(_, let error): error.refusal == .notNow ? .retry : nil
        case .handshakeReplyUnexpected, .transactionReplyCount, .transactionConflict: nil
        }
    }
}

extension PoolError: CallLoss {
    package var outlook: CallOutlook? {
        switch self {
        case .closed: nil
        case .waitTimedOut: .waited
        case .tooManyWaiters: .retry
        }
    }
}

extension TransportError: CallLoss {
    package var outlook: CallOutlook? {
        if case .security(let failure) = self, !failure.isTransient { return nil }
        return .retry
    }
}
