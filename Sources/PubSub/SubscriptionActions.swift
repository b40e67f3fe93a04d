// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Commands

/// Names one subscription of this client, across all its connections.
package struct SubscriberID: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }
}

/// Names one call that waits for its names to be confirmed.
package struct SubscriptionRequestID: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }
}

extension SubscriptionStateMachine {
    /// What the driver of the connection does next.
    package enum Step: Equatable, Sendable {
        /// Open a connection; report `connected` or `connectFailed`.
        case connect
        /// Send this; report `answered`, or `connectionLost`.
        case send(SubscriptionBatch)
        /// Find out which node has the slots of these shard channels; report `rerouted` or `rerouteFailed`.
        case reroute([SubscriptionName])
        /// Close the connection: nobody has been subscribed to anything for a while.
        case disconnect
        /// Nothing to do until then, or until something changes.
        case wait(until: Instant?)
        /// Nothing to do at all: the driver ends. The next `add` asks for a new one.
        case stop
    }

    /// Why a call failed, or a subscription ended.
    package enum Failure: Equatable, Sendable {
        /// The server answered the command with an error.
        case refused(ServerError)
        /// The server doesn't have the slot of this shard channel (any more).
        case moved(SubscriptionName)
        /// No connection could be made; the driver knows the cause.
        case unreachable
        case timedOut
        case closed
        /// The caller's task was cancelled.
        case cancelled
    }

    /// What became of calls and subscriptions. Empty most of the time.
    package struct Outcome: Equatable, Sendable {
        package struct FailedRequest: Equatable, Sendable {
            package var request: SubscriptionRequestID
            package var failure: Failure
        }

        package struct EndedSubscriber: Equatable, Sendable {
            package var subscriber: SubscriberID
            package var failure: Failure
        }

        package struct Delivery: Equatable, Sendable {
            package var subscriber: SubscriberID
            package var event: PubSubEvent
        }

        package var completed: [SubscriptionRequestID] = []
        package var failed: [FailedRequest] = []
        package var ended: [EndedSubscriber] = []
        package var deliver: [Delivery] = []
        /// There is something to do, so the driver must ask for its next step.
        package var mustWake = false
        /// There is no driver: start one.
        package var mustStart = false
        /// The server broke the protocol: close the connection.
        package var mustReconnect = false

        package init() {}

        static func with(_ change: (inout Self) -> Void) -> Self {
            var outcome = Self()
            change(&outcome)
            return outcome
        }
    }

    /// A shard channel on its way to another connection, with everything that is known about it here.
    package struct Moving: Equatable, Sendable {
        package var name: SubscriptionName
        package var subscribers: [SubscriberID]
    }
}
