// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Pipeline
package import Commands

/// Decides what becomes of one command that a node of a cluster did not serve. Pure: no clock, no I/O, no tasks.
///
/// Made when the first refusal comes in (a command that is served at once never has one), asked once per refusal:
/// - MOVED: the map is patched and the command goes to the named node, the first time at once. From the second
///   redirect on it waits 2 ms, 4 ms … 64 ms: while an atomic slot migration hands over, both nodes point at each
///   other for a moment, and a client without patience uses up its redirects within one round trip.
/// - ASK: ASKING and the command go to the named node as one write; the map stays as it is.
/// - TRYAGAIN, CLUSTERDOWN, LOADING, MASTERDOWN, READONLY: certainly not executed; tried again after a growing wait.
/// - A connection that failed: tried again if the command certainly was not executed, or if it only reads; the first
///   time at once, as most lost connections are old ones that nobody had used for a while.
///
/// Redirects and retries have separate bounds, and no wait goes beyond the deadline.
package struct RedirectStateMachine: Hashable, Sendable {
    /// Why a node did not serve the command.
    package enum Refusal: Hashable, Sendable {
        /// `-MOVED`: `slot` is served by `to`, for good.
        case moved(slot: HashSlot, to: NodeAddress)
        /// `-ASK`: this key may already be at `to`.
        case ask(to: NodeAddress)
        /// `-TRYAGAIN`: the keys of the command are split between two nodes just now.
        case tryAgain
        /// `-CLUSTERDOWN`: the node believes that the slot, or the cluster, is not served.
        case clusterDown
        /// `-LOADING`: the node is reading its data from disk.
        case loading
        /// `-MASTERDOWN`: a replica has lost its primary and must not answer.
        case masterDown
        /// `-READONLY`: the node has become a replica.
        case readOnly
        /// The map names nobody for the slot.
        case uncovered
        /// The connection failed, or could not be made.
        case connectionLost(Certainty)
    }

    /// Whether a command on a lost connection may have been executed.
    package enum Certainty: Hashable, Sendable {
        /// It was not sent, or was refused before execution.
        case notExecuted
        /// It was sent; nobody knows.
        case unknown
    }

    /// Where a command goes.
    package enum Target: Hashable, Sendable {
        /// To the node that the map names now.
        case owner
        /// To this node.
        case node(NodeAddress)
        /// To this node, with ASKING just before it, in one write.
        case asking(NodeAddress)
    }

    /// What happens to the command.
    package enum Next: Hashable, Sendable {
        /// Send it after a pause.
        case send(Target, after: Duration)
        /// Give the refusal itself to the caller.
        case surface
        /// Give up: redirected too often.
        case tooManyRedirects(Int)
        /// Give up: the pause would last beyond the deadline.
        case deadline
    }

    /// What happens, and what is to be done beside it.
    package struct Action: Hashable, Sendable {
        /// What happens to the command.
        package var next: Next
        /// A patch for the slot map.
        package var patch: SlotPatch?
        /// A reason to refresh the topology.
        package var refresh: RefreshCause?
        /// The node named itself: its connection may go to a machine that no longer has that name. Make a new one.
        package var reconnect: NodeAddress?

        package init(
            next: Next, patch: SlotPatch? = nil, refresh: RefreshCause? = nil, reconnect: NodeAddress? = nil
        ) {
            self.next = next
            self.patch = patch
            self.refresh = refresh
            self.reconnect = reconnect
        }
    }

    /// The bounds.
    package struct Limits: Hashable, Sendable {
        /// MOVED and ASK together.
        package var redirects = 8
        /// All other refusals together; zero for calls that are one attempt, redirects aside.
        package var retries = 20
        /// The pause before the second redirect; doubles with each further one, six times at most.
        package var firstRedirectPause: Duration = .milliseconds(2)
        /// The pause before the first retry; doubles up to `longestRetryPause`.
        package var firstRetryPause: Duration = .milliseconds(10)
        /// No pause before a retry is longer.
        package var longestRetryPause: Duration = .milliseconds(500)

        package init() {}
    }

    /// Redirects so far.
    package private(set) var redirects = 0
    /// Retries so far.
    package private(set) var retries = 0
    private let mayRepeat: Bool
    private let deadline: ContinuousClock.Instant?
    private let limits: Limits

    /// - Parameter mayRepeat: whether the command may be executed twice without harm.
    package init(mayRepeat: Bool, deadline: ContinuousClock.Instant?, limits: Limits = Limits()) {
        self.mayRepeat = mayRepeat
        self.deadline = deadline
        self.limits = limits
    }

    /// What to do about `refusal`, which came from `node` (`nil`: none was asked).
    ///
    /// - Parameter jitter: 0 to 1, shortens the pause before a retry by up to a half, so that the
    ///   commands that one fault has stopped do not come back in one moment.
    package mutating func refused(
        _ refusal: Refusal, by node: NodeAddress?, at now: ContinuousClock.Instant, jitter: Double
    ) -> Action {
        switch refusal {
        case .moved(let slot, let target):
            var action = redirect(to: .node(target), at: now)
            action.patch = SlotPatch(slot: slot, node: target)
            action.refresh = .moved(to: target)
            if target == node { action.reconnect = target }
            return action
        case .ask(let target):
            return redirect(to: .asking(target), at: now)
        case .tryAgain:
            return retry(nil, at: now, jitter: jitter)
        case .clusterDown:
            return retry(.clusterDown, at: now, jitter: jitter)
        case .loading, .masterDown:
            return retry(node.map { .nodeUnfit($0) }, at: now, jitter: jitter)
        case .readOnly:
            var action = retry(node.map { .nodeUnfit($0) }, at: now, jitter: jitter)
            action.reconnect = node
            return action
        case .uncovered:
            return retry(.uncovered, at: now, jitter: jitter)
        case .connectionLost(let certainty):
            let cause = node.map { RefreshCause.nodeLost($0) }
            guard certainty == .notExecuted || mayRepeat, limits.retries > 0 else {
                return Action(next: .surface, refresh: cause)
            }
            guard retries == 0 else { return retry(cause, at: now, jitter: jitter) }
            retries = 1
            var action = pause(.zero, then: .owner, at: now)
            action.refresh = cause
            return action
        }
    }

    private mutating func redirect(to target: Target, at now: ContinuousClock.Instant) -> Action {
        redirects += 1
        guard redirects <= limits.redirects else { return Action(next: .tooManyRedirects(redirects - 1)) }
        guard redirects > 1 else { return pause(.zero, then: target, at: now) }
        return pause(limits.firstRedirectPause * (1 << min(redirects - 2, 5)), then: target, at: now)
    }

    private mutating func retry(
        _ cause: RefreshCause?, at now: ContinuousClock.Instant, jitter: Double
    ) -> Action {
        retries += 1
        guard retries <= limits.retries else { return Action(next: .surface, refresh: cause) }
        let nominal = min(limits.firstRetryPause * (1 << min(retries - 1, 16)), limits.longestRetryPause)
        var action = pause(nominal * (1 - min(max(jitter, 0), 1) / 2), then: .owner, at: now)
        action.refresh = cause
        return action
    }

    private func pause(_ pause: Duration, then target: Target, at now: ContinuousClock.Instant) -> Action {
        if let deadline, now + pause >= deadline { return Action(next: .deadline) }
        return Action(next: .send(target, after: pause))
    }
}

/// One slot's new owner, from a redirect.
package struct SlotPatch: Hashable, Sendable {
    /// The slot.
    package var slot: HashSlot
    /// The node that serves it.
    package var node: NodeAddress

    package init(slot: HashSlot, node: NodeAddress) {
        self.slot = slot
        self.node = node
    }
}
