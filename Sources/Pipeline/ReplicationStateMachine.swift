// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands

/// Knows who is the primary of a replication group and who its replicas are, and finds out anew. Pure: no clock, no I/O.
///
/// A *look-up* asks every server that was ever heard of at once for its role. It is over when all have answered, or a
/// moment after the first that says it is a primary: a dead server must not hold up the rest. Where two say so, as after a
/// failover whose old primary has come back, the one counts that more replicas follow, then the one whose data is ahead.
struct ReplicationStateMachine {
    /// A replica that reads may go to.
    private struct Replica {
        var address: NodeAddress
        /// How many bytes it is behind, at the last look-up.
        var lag: Int
        /// Whether it follows the primary, as far as known.
        var isConnected = true
        var failures = 0
        /// Until when nothing is asked of it.
        var restsUntil = Moment(nanoseconds: .min)
    }

    /// What a look-up waits for.
    enum Step: Hashable {
        /// More answers.
        case more
        /// More answers, but only for a moment.
        case moreForAMoment
        /// Nothing: settle it.
        case enough
    }

    private let seeds: [NodeAddress]
    private let maximumLag: Int?
    /// Who was found to be the primary last.
    private(set) var primary: NodeAddress?
    /// Whether nothing has spoken against that since.
    private(set) var isTrusted = false
    private var replicas: [Replica] = []
    /// Who was named as the primary by one that is not.
    private var hint: NodeAddress?
    private var turn = 0

    private var unanswered: Set<NodeAddress> = []
    /// In the order of asking, so that what is decided doesn't depend on who answers first.
    private var asked: [NodeAddress] = []
    private var answers: [NodeAddress: ReplicationRole] = [:]
    private var lookedUpAt: Moment?

    init(seeds: [NodeAddress], maximumLag: Int? = nil) {
        self.seeds = seeds
        self.maximumLag = maximumLag
    }

    /// Whom the primary named as its replicas.
    var replicaAddresses: [NodeAddress] { replicas.map(\.address) }

    // MARK: Doubts

    /// The primary can't be reached, or has refused a command since it is a replica.
    mutating func doubt(_ address: NodeAddress?, naming other: NodeAddress? = nil) {
        if let other { hint = other }
        if address == nil || address == primary { isTrusted = false }
    }

    // MARK: Looking up

    /// Begins a look-up; returns whom to ask.
    mutating func beginLookUp() -> [NodeAddress] {
        var known: Set<NodeAddress> = []
        let all = [hint, primary].compactMap(\.self) + replicaAddresses + seeds
        asked = all.filter { known.insert($0).inserted }
        unanswered = known
        answers = [:]
        return asked
    }

    /// A server has told its role, or nothing (`nil`).
    mutating func answered(_ address: NodeAddress, _ role: ReplicationRole?) -> Step {
        unanswered.remove(address)
        answers[address] = role
        if unanswered.isEmpty { return .enough }
        let hasPrimary = answers.values.contains { if case .primary = $0 { true } else { false } }
        return hasPrimary ? .moreForAMoment : .more
    }

    /// Decides by the answers that are there; what was known stays if nobody is a primary.
    ///
    /// - Returns: whether there is a primary.
    mutating func settle(at now: Moment) -> Bool {
        lookedUpAt = now
        var best: (address: NodeAddress, rank: (Int, Int, Int), offset: Int, replicas: [ReplicationRole.Replica])?
        for address in asked {
            guard case .primary(let offset, let followers)? = answers[address] else { continue }
            let rank = (votes(for: address), followers.count, offset)
            if let best, best.rank >= rank { continue }
            best = (address, rank, offset, followers)
        }
        guard let best else {
            isTrusted = false
            return false
        }
        primary = best.address
        isTrusted = true
        hint = nil
        replicas = best.replicas.map { follower in
            let address = NodeAddress(host: follower.host, port: follower.port)
            var replica = Replica(address: address, lag: max(0, best.offset - follower.offset))
            if case .replica(_, _, let state, _)? = answers[address] {
                replica.isConnected = state == .connected
            } else if let known = replicas.first(where: { $0.address == address }) {
                // It did not answer in time: what befell it before still counts.
                replica.failures = known.failures
                replica.restsUntil = known.restsUntil
            }
            return replica
        }
        return true
    }

    /// How many replicas say that they follow this server.
    private func votes(for address: NodeAddress) -> Int {
        answers.values.count { role in
            guard case .replica(let host, let port, _, _) = role else { return false }
            return NodeAddress(host: host, port: port) == address
        }
    }

    /// Whether what is known of replicas is older than this many nanoseconds.
    func isStale(at now: Moment, after period: Int64) -> Bool {
        lookedUpAt.map { $0 + period <= now } ?? true
    }

    // MARK: Replicas

    /// One fit replica after the other.
    ///
    /// - Parameter isReady: whether there is a connection to it; those without are passed over.
    mutating func nextReplica(at now: Moment, where isReady: (NodeAddress) -> Bool) -> NodeAddress? {
        for _ in replicas.indices {
            turn = (turn &+ 1) & Int.max
            let replica = replicas[turn % replicas.count]
            guard replica.isConnected, replica.restsUntil <= now, maximumLag.map({ replica.lag <= $0 }) ?? true else {
                continue
            }
            if isReady(replica.address) { return replica.address }
        }
        return nil
    }

    /// A replica could not answer a read, or be reached: it rests for a while, longer each time in a row.
    ///
    /// - Parameter random: from `0...1`; takes up to a half off.
    mutating func replicaFailed(_ address: NodeAddress, at now: Moment, random: Double) {
        guard let index = replicas.firstIndex(where: { $0.address == address }) else { return }
        replicas[index].failures += 1
        let ceiling = Int64(100_000_000) << Int64(min(replicas[index].failures - 1, 6))
        let rest = Double(ceiling) * (1 - max(0, min(random, 1)) / 2)
        replicas[index].restsUntil = now + Int64(rest)
    }
}
