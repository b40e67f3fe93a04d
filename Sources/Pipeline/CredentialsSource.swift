// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization

/// Asks a provider as `CredentialsStateMachine` says, and keeps the open connections of a client authenticated.
package final class CredentialsSource: Sendable {
    /// Credentials, and how many have come before them.
    struct Current: Sendable {
        var credentials: Credentials
        var version: Int
    }

    private struct Member {
        weak var connection: RESPConnection?
        /// Which credentials it has, or is being given.
        var version: Int
        var isBusy = false
    }

    private struct State {
        var machine = CredentialsStateMachine()
        var current: Current?
        var waiters: [UInt64: CheckedContinuation<Current, any Error>] = [:]
        var members: [ObjectIdentifier: Member] = [:]
        var request: Task<Void, Never>?
        var timer: Task<Void, Never>?
        var isClosed = false
    }

    private let provider: any CredentialsProvider
    private let environment: ClientEnvironment
    private let observation: Observation?
    private let tickets = Atomic<UInt64>(0)
    private let state = Mutex(State())

    init(_ provider: any CredentialsProvider, environment: ClientEnvironment, _ observation: Observation? = nil) {
        self.observation = observation
        self.provider = provider
        self.environment = environment
    }

    deinit { close() }

    /// Ends requests and renewals; those who wait get ``ConnectionError/clientClosed``.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            state.request?.cancel()
            state.timer?.cancel()
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(throwing: ConnectionError.clientClosed) }
    }

    /// What a connection that is being made authenticates with.
    ///
    /// - Throws: ``ConnectionError/credentialsUnavailable(cause:)``, `CancellationError` as soon as the task is cancelled.
    func current() async throws -> Current {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let now = environment.moment
                enum Outcome { case done(Result<Current, any Error>), waiting(ask: Bool) }
                let outcome: Outcome = state.withLock { state in
                    if state.isClosed { return .done(.failure(ConnectionError.clientClosed)) }
                    if Task.isCancelled { return .done(.failure(CancellationError())) }
                    switch (state.machine.need(now: now), state.current) {
                    case (.use, let current?): return .done(.success(current))
                    case (.use, nil), (.wait(ask: false), _):
                        state.waiters[ticket] = continuation
                        return .waiting(ask: false)
                    case (.wait(ask: true), _):
                        state.waiters[ticket] = continuation
                        return .waiting(ask: true)
                    }
                }
                switch outcome {
                case .done(let result): continuation.resume(with: result)
                case .waiting(let ask): if ask { startRequest() }
                }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters.removeValue(forKey: ticket) }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Keeps a connection authenticated from now on, for as long as it lives.
    func adopt(_ connection: RESPConnection, version: Int) {
        state.withLock { state in
            state.members = state.members.filter { $0.value.connection?.closeReason == nil }
            state.members[ObjectIdentifier(connection)] = Member(connection: connection, version: version)
        }
        authenticateMembers()
    }

    // MARK: The provider

    private func startRequest() {
        let task = Task.detached { [provider, weak self] in
            do {
                self?.received(try await provider.credentials())
            } catch {
                self?.failed(error)
            }
        }
        state.withLock { state in
            if state.isClosed { task.cancel() } else { state.request = task }
        }
    }

    private func received(_ answer: ExpiringCredentials) {
        let (now, random) = (environment.moment, environment.random(0...1))
        let (waiters, current) = state.withLock { state in
            state.machine.received(validFor: answer.validFor, now: now, random: random)
            let current = Current(credentials: answer.credentials, version: state.machine.version)
            state.current = current
            defer { state.waiters = [:] }
            return (state.waiters.values, current)
        }
        observation?.tell(.credentialsRenewed)
        for waiter in waiters { waiter.resume(returning: current) }
        startTimer()
        authenticateMembers()
    }

    private func failed(_ cause: any Error) {
        let (now, random) = (environment.moment, environment.random(0...1))
        let waiters = state.withLock { state in
            state.machine.failed(now: now, random: random)
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        observation?.tell(.credentialsFailed)
        for waiter in waiters { waiter.resume(throwing: ConnectionError.credentialsUnavailable(cause: cause)) }
        startTimer()
    }

    /// One timer at a time; it doesn't keep this alive.
    private func startTimer() {
        let due = state.withLock { $0.machine.wakesAt }
        let task = due.map { due in
            Task.detached { [sleep = environment.sleep, weak self] in
                guard (try? await sleep(due.instant)) != nil, let self else { return }
                let now = environment.moment
                if state.withLock({ $0.machine.timerFired(now: now) }) { startRequest() } else { startTimer() }
            }
        }
        state.withLock { state in
            state.timer?.cancel()
            state.timer = task
            if state.isClosed { task?.cancel() }
        }
    }

    // MARK: Connections

    /// Sends AUTH to every connection that has older credentials. In line with its other commands: those before it run
    /// as who the connection was, those behind it as who it is then.
    private func authenticateMembers() {
        let stale = state.withLock { state in
            var stale: [RESPConnection] = []
            guard !state.isClosed, let current = state.current else { return stale }
            for (id, member) in state.members where member.version != current.version && !member.isBusy {
                guard let connection = member.connection else { continue }
                state.members[id]?.isBusy = true
                stale.append(connection)
            }
            return stale
        }
        for connection in stale {
            Task.detached { [weak self] in await self?.authenticate(connection) }
        }
    }

    private func authenticate(_ connection: RESPConnection) async {
        let id = ObjectIdentifier(connection)
        while true {
            let current: Current? = state.withLock { state in
                guard let current = state.current, let member = state.members[id], current.version != member.version
                else {
                    state.members[id]?.isBusy = false
                    return nil
                }
                state.members[id]?.version = current.version
                return current
            }
            guard let current else { return }
            // Without a deadline: behind a command that blocks it has to wait, and the connection's end ends it.
            let now = environment.moment
            var options = CallOptions(now: now, deadline: nil, mayWaitInline: false)
            options.expectsReplySoon = false
            let reply = try? await connection.roundTrip(options) { current.credentials.encodeAuthentication(into: &$0) }
            // A refused AUTH leaves a connection what it was. RESP2 refuses every AUTH of a subscriber.
            if reply?.isError == true, connection.mode == .commands {
                let random = environment.random(0...1)
                state.withLock { $0.machine.failed(now: now, random: random) }
                observation?.tell(.credentialsFailed)
                startTimer()
            }
        }
    }
}
