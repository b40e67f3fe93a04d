// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool
internal import Synchronization

/// Connections that are opened, cleaned and closed as a test says.
final class ScriptedMembers: Sendable {
    final class Connection: Sendable {
        let id: PoolMemberID
        private let closed = Atomic(false)
        private let resets = Atomic(0)
        private let probes = Atomic(0)
        private let retired = Atomic(false)

        init(_ id: PoolMemberID) {
            self.id = id
        }

        var isClosed: Bool { closed.load(ordering: .acquiring) }
        var resetCount: Int { resets.load(ordering: .acquiring) }

        func close() { closed.store(true, ordering: .releasing) }
        var probeCount: Int { probes.load(ordering: .acquiring) }
        var isRetired: Bool { retired.load(ordering: .acquiring) }

        func probe() { probes.add(1, ordering: .acquiringAndReleasing) }
        func retire() { retired.store(true, ordering: .releasing) }
        func reset() { resets.add(1, ordering: .acquiringAndReleasing) }
    }

    struct Refused: Error, Equatable {
        var isPermanent = false
    }

    private struct State {
        var dials: [(PoolMemberID, CheckedContinuation<Connection, any Error>)] = []
        var isAutomatic = false
        var opened: [Connection] = []
        var resetsSucceed = true
        var answeringProbes: Set<PoolMemberID>?
        var lastReceived: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Without `automatic`, every dial waits for `succeed` or `fail`.
    init(automatic: Bool = false) {
        state.withLock { $0.isAutomatic = automatic }
    }

    var member: PoolMember<Connection> {
        PoolMember(
            open: { try await self.open($0) },
            reset: { connection in
                connection.reset()
                return self.state.withLock { $0.resetsSucceed }
            },
            probe: { connection in
                connection.probe()
                return self.state.withLock { $0.answeringProbes?.contains(connection.id) ?? true }
            },
            lastReceived: { _ in self.state.withLock { $0.lastReceived } ?? ContinuousClock.now - .seconds(1_000_000) },
            retire: { $0.retire() },
            close: { $0.close() },
            isPermanentFailure: { ($0 as? Refused)?.isPermanent ?? false })
    }

    var opened: [Connection] { state.withLock { $0.opened } }

    func makeResetsFail() {
        state.withLock { $0.resetsSucceed = false }
    }

    /// Only these answer a probe.
    func makeProbesFail(except members: PoolMemberID...) {
        state.withLock { $0.answeringProbes = Set(members) }
    }

    /// Every connection says that it received something then.
    func receive(at instant: ContinuousClock.Instant) {
        state.withLock { $0.lastReceived = instant }
    }

    /// Waits for the next dial and gives it a connection.
    @discardableResult
    func succeed() async -> Connection {
        let (id, answer) = await nextDial()
        let connection = Connection(id)
        state.withLock { $0.opened.append(connection) }
        answer.resume(returning: connection)
        return connection
    }

    /// Waits for the next dial and refuses it.
    func fail(permanently: Bool = false) async {
        await nextDial().1.resume(throwing: Refused(isPermanent: permanently))
    }

    var waitingDials: Int { state.withLock { $0.dials.count } }

    private func nextDial() async -> (PoolMemberID, CheckedContinuation<Connection, any Error>) {
        await until { self.waitingDials > 0 }
        return state.withLock { $0.dials.removeFirst() }
    }

    private func open(_ id: PoolMemberID) async throws -> Connection {
        let automatic = state.withLock { state in
            guard state.isAutomatic else { return nil as Connection? }
            state.opened.append(Connection(id))
            return state.opened.last
        }
        if let automatic { return automatic }
        return try await withCheckedThrowingContinuation { answer in
            state.withLock { $0.dials.append((id, answer)) }
        }
    }
}

/// Lets other tasks run until something holds; the suite's time limit ends a wait that never does.
func until(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}
