// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Pipeline
internal import Commands

/// Why the topology should be asked for again.
package enum RefreshCause: Hashable, Sendable {
    /// Nothing is known yet.
    case firstUse
    /// A redirect named `to`; the slot's entry is patched already.
    case moved(to: NodeAddress)
    /// This node's connection failed or could not be made.
    case nodeLost(NodeAddress)
    /// This node is loading, or has lost its primary, or has become a replica.
    case nodeUnfit(NodeAddress)
    /// A node said that the cluster is down.
    case clusterDown
    /// A command's slot is served by nobody that we know of.
    case uncovered
    /// The period between refreshes is over.
    case periodic
    /// Somebody asked for it.
    case requested

    /// Whether commands are likely to fail until the topology is known: these causes wait for the short interval.
    var isUrgent: Bool {
        switch self {
        case .firstUse, .nodeLost, .clusterDown, .uncovered, .requested: true
        case .moved, .nodeUnfit, .periodic: false
        }
    }
}

/// Decides when the topology is asked for, from whom, and which answer is taken. Pure: no clock, no I/O, no tasks.
///
/// One refresh runs at a time. Between the end of one and the start of the next there is a pause, made longer by
/// up to a half at random and, in large clusters, by their size: a fault that all clients see at once must not
/// make all of them ask at once. Causes that come in meanwhile are remembered and answered by one refresh.
package struct TopologyStateMachine: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// What to do about a cause or a timer.
    package enum RequestAction: Hashable, Sendable {
        /// Ask this node.
        case query(NodeAddress)
        /// Call ``wake(at:jitter:)`` then; an earlier time that was given before no longer counts.
        case wake(at: Instant)
        /// Nothing: a refresh is running or already due.
        case none
    }

    /// What to do about the end of one query.
    package enum QueryAction: Hashable, Sendable {
        /// Ask this node too.
        case query(NodeAddress)
        /// Take this topology, then apply the redirects that came in while it was on its way.
        case accept(ClusterTopology, reapply: [SlotPatch], wakeAt: Instant?)
        /// Nobody gave a usable answer; what was known stays.
        case giveUp(wakeAt: Instant?)
        /// The answer belongs to no refresh.
        case ignore
    }

    /// The intervals and bounds.
    package struct Configuration: Hashable, Sendable {
        /// At least this long between refreshes whose cause is urgent.
        package var urgentInterval: Duration = .seconds(1)
        /// At least this long between refreshes otherwise.
        package var lazyInterval: Duration = .seconds(5)
        /// Added to both per known node.
        package var intervalPerNode: Duration = .milliseconds(10)
        /// After a refresh that nobody answered; doubles with each, up to `urgentInterval`.
        package var failurePause: Duration = .milliseconds(50)
        /// Refresh after this long without a cause; `nil`: never.
        package var period: Duration?
        /// No refresh asks more nodes that answer, and then takes the best answer.
        package var answersPerRefresh = 3
        /// No refresh asks more nodes.
        package var queriesPerRefresh = 16

        package init() {}
    }

    private enum State: Sendable {
        /// Nothing is going on and no timer is needed. Goes to `scheduled` or `refreshing`.
        case idle
        /// A cause is remembered until then. Goes to `refreshing`.
        case scheduled(Instant, RefreshCause)
        /// Nodes are being asked. Goes to `idle` or `scheduled`.
        case refreshing(Refresh)
    }

    private struct Refresh: Sendable {
        var asking: NodeAddress
        var candidates: ArraySlice<NodeAddress>
        var best: ClusterTopology?
        var answers = 0
        var again: RefreshCause?
        var patches: [SlotPatch] = []
    }

    private let configuration: Configuration
    private let seeds: [NodeAddress]
    private var known: [NodeAddress] = []
    private var coverage = 0
    private var state = State.idle
    /// When the last refresh ended, and how many have failed since one succeeded.
    private var lastEnd: Instant?
    private var failures = 0
    private var rotation = 0

    /// - Parameter seeds: asked first, and again when nobody else answers.
    package init(seeds: [NodeAddress], configuration: Configuration = Configuration()) {
        self.seeds = seeds
        self.configuration = configuration
    }

    /// Whether a refresh is under way.
    package var isRefreshing: Bool {
        if case .refreshing = state { true } else { false }
    }

    /// There is a reason to refresh.
    ///
    /// - Parameter jitter: 0 to 1, lengthens the pause before the next refresh by up to a half.
    package mutating func request(_ cause: RefreshCause, at now: Instant, jitter: Double) -> RequestAction {
        switch state {
        case .refreshing(var refresh):
            if cause != .firstUse, cause.isUrgent || refresh.again == nil { refresh.again = cause }
            state = .refreshing(refresh)
            return .none
        case .scheduled(let due, let earlier):
            let allowed = earliest(for: cause, jitter: jitter)
            if allowed.map({ $0 <= now }) ?? true { return start(cause) }
            guard let allowed, allowed < due else { return .none }
            state = .scheduled(allowed, earlier.isUrgent ? earlier : cause)
            return .wake(at: allowed)
        case .idle:
            guard let allowed = earliest(for: cause, jitter: jitter), allowed > now else { return start(cause) }
            state = .scheduled(allowed, cause)
            return .wake(at: allowed)
        }
    }

    /// The time that an action named has come.
    package mutating func wake(at now: Instant) -> RequestAction {
        switch state {
        case .idle, .refreshing: return .none
        case .scheduled(let due, let cause): return due <= now ? start(cause) : .wake(at: due)
        }
    }

    /// A redirect patched the map; an answer that is on its way may be older than it.
    package mutating func patched(_ patch: SlotPatch) {
        guard case .refreshing(var refresh) = state, refresh.patches.count < HashSlot.count else { return }
        refresh.patches.append(patch)
        state = .refreshing(refresh)
    }

    /// `node` answered with `topology`.
    ///
    /// A complete topology is taken at once, and so is one that covers at least what is known now. A poorer one
    /// is kept while others are asked: a node that was cut off has less to say than the rest.
    package mutating func answered(
        _ topology: ClusterTopology, by node: NodeAddress, at now: Instant, jitter: Double
    ) -> QueryAction {
        guard case .refreshing(var refresh) = state, refresh.asking == node else { return .ignore }
        refresh.answers += 1
        if topology.coverage > (refresh.best?.coverage ?? 0) { refresh.best = topology }
        let isGood = topology.isComplete || (coverage > 0 && topology.coverage >= coverage)
        let isLast = refresh.answers >= configuration.answersPerRefresh
        return proceed(refresh, stop: isGood || isLast, at: now, jitter: jitter)
    }

    /// `node` could not be asked, or its answer was no topology.
    package mutating func failed(_ node: NodeAddress, at now: Instant, jitter: Double) -> QueryAction {
        guard case .refreshing(let refresh) = state, refresh.asking == node else { return .ignore }
        return proceed(refresh, stop: false, at: now, jitter: jitter)
    }

    private mutating func proceed(_ old: Refresh, stop: Bool, at now: Instant, jitter: Double) -> QueryAction {
        var refresh = old
        if !stop, let next = refresh.candidates.popFirst() {
            refresh.asking = next
            state = .refreshing(refresh)
            return .query(next)
        }
        lastEnd = now
        state = .idle
        guard let best = refresh.best else {
            failures += 1
            return .giveUp(wakeAt: schedule(refresh.again, at: now, jitter: jitter))
        }
        failures = 0
        known = best.nodes
        coverage = best.coverage
        return .accept(best, reapply: refresh.patches, wakeAt: schedule(refresh.again, at: now, jitter: jitter))
    }

    private mutating func schedule(_ again: RefreshCause?, at now: Instant, jitter: Double) -> Instant? {
        if let again {
            let due = earliest(for: again, jitter: jitter) ?? now
            state = .scheduled(due, again)
            return due
        }
        guard let period = configuration.period else { return nil }
        let due = now + period * (1 + jitter / 2)
        state = .scheduled(due, .periodic)
        return due
    }

    /// The earliest time for the next refresh; `nil`: at once.
    private func earliest(for cause: RefreshCause, jitter: Double) -> Instant? {
        guard let lastEnd else { return nil }
        let interval: Duration
        if failures > 0 {
            interval = min(configuration.failurePause * (1 << min(failures - 1, 16)), configuration.urgentInterval)
        } else if cause == .firstUse {
            return nil
        } else {
            let base = cause.isUrgent ? configuration.urgentInterval : configuration.lazyInterval
            interval = base + configuration.intervalPerNode * known.count
        }
        return lastEnd + interval * (1 + min(max(jitter, 0), 1) / 2)
    }

    private mutating func start(_ cause: RefreshCause) -> RequestAction {
        var candidates = order(for: cause)[...]
        guard let first = candidates.popFirst() else {
            state = .idle
            return .none
        }
        candidates = candidates.prefix(configuration.queriesPerRefresh - 1)
        state = .refreshing(Refresh(asking: first, candidates: candidates))
        return .query(first)
    }

    /// Whom to ask, best first: the node that a redirect named, as it knows the latest; then the known ones, a
    /// different one each time; then the seeds. A node that is in trouble comes last.
    private mutating func order(for cause: RefreshCause) -> [NodeAddress] {
        var all: [NodeAddress] = []
        if case .moved(let target) = cause { all.append(target) }
        if !known.isEmpty {
            rotation = (rotation + 1) % known.count
            // The seeds must have their turn although the number of queries is bounded.
            let room = max(1, configuration.queriesPerRefresh - seeds.count - all.count)
            all += (known[rotation...] + known[..<rotation]).prefix(room)
        }
        all += seeds
        var last: NodeAddress?
        switch cause {
        case .nodeLost(let node), .nodeUnfit(let node): last = node
        case .firstUse, .moved, .clusterDown, .uncovered, .periodic, .requested: break
        }
        var seen: Set<NodeAddress> = []
        let fit = all.filter { $0 != last && seen.insert($0).inserted }
        guard let last, all.contains(last) else { return fit }
        return fit + [last]
    }
}
