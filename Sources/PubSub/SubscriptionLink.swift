// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import RESPCodec
internal import Synchronization
internal import Transport

/// One connection for subscriptions, with the machine that keeps it in step and the task that does what the machine says.
///
/// The connection's reader brings pushes in here and goes on at once: messages go into bounded buffers.
final class SubscriptionLink: Sendable {
    typealias Machine = SubscriptionStateMachine
    typealias Call = CheckedContinuation<Void, any Error>

    struct State {
        var machine: Machine
        var sinks: [SubscriberID: SubscriptionSink] = [:]
        var calls: [SubscriptionRequestID: Call] = [:]
        var connection: RESPConnection?
        /// Pushes of earlier connections are told apart by this.
        var connectionNumber = 0
        var lastFailure: (any Error)?
        var driver: Task<Void, Never>?
        var lastRequest: UInt64 = 0
        /// Cancelled before their calls were registered.
        var cancelled: Set<SubscriptionRequestID> = []
    }

    typealias HandOver = @Sendable (Machine.Moving, Endpoint?, [SubscriberID: SubscriptionSink]) -> Void

    let endpoint: Endpoint?
    let connector: SubscriberConnector
    let environment: ClientEnvironment
    let handOver: HandOver
    let state: Mutex<State>
    let signal = WakeSignal()

    init(
        at endpoint: Endpoint?, connector: SubscriberConnector, environment: ClientEnvironment,
        configuration: Machine.Configuration, handOver: @escaping HandOver
    ) {
        self.endpoint = endpoint
        self.connector = connector
        self.environment = environment
        self.handOver = handOver
        state = Mutex(State(machine: Machine(configuration)))
    }

    // MARK: For the hub

    /// Waits until the names are confirmed.
    func add(
        _ names: [SubscriptionName], to id: SubscriberID, _ sink: SubscriptionSink,
        deadline: ContinuousClock.Instant?
    ) async throws {
        let request = state.withLock { state in
            state.lastRequest += 1
            return SubscriptionRequestID(state.lastRequest)
        }
        defer { state.withLock { _ = $0.cancelled.remove(request) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (call: Call) in
                perform { state in
                    state.calls[request] = call
                    if state.cancelled.remove(request) != nil {
                        return .with { $0.failed = [.init(request: request, failure: .cancelled)] }
                    }
                    state.sinks[id] = sink
                    return state.machine.add(names, to: id, request: request, deadline: deadline)
                }
            }
        } onCancel: {
            perform { state in
                guard state.calls[request] != nil else {
                    state.cancelled.insert(request)
                    return Machine.Outcome()
                }
                var outcome = state.machine.cancel(request)
                outcome.failed.append(.init(request: request, failure: .cancelled))
                return outcome
            }
        }
    }

    /// Whether the connection is there, and nothing is under way on it.
    var isSettled: Bool { state.withLock { $0.machine.link == .ready } }

    func has(_ name: SubscriptionName, _ id: SubscriberID) -> Bool {
        state.withLock { $0.machine.subscribers[id]?.names.contains(name) ?? false }
    }

    func adopt(_ moving: Machine.Moving, _ sinks: [SubscriberID: SubscriptionSink]) {
        perform { state in
            state.sinks.merge(sinks) { old, _ in old }
            return state.machine.adopt(moving)
        }
    }

    func remove(_ names: [SubscriptionName], from id: SubscriberID) {
        perform { $0.machine.remove(names, from: id) }
    }

    /// The subscriber is gone altogether.
    func end(_ id: SubscriberID) {
        perform { state in
            guard state.sinks.removeValue(forKey: id) != nil else { return Machine.Outcome() }
            return state.machine.remove(nil, from: id)
        }
    }

    func close() {
        let (connection, driver) = state.withLock { state in
            state.connectionNumber += 1
            defer { state.connection = nil }
            return (state.connection, state.driver)
        }
        perform { $0.machine.close() }
        driver?.cancel()
        connection?.close()
    }

    // MARK: From the connection

    /// A push arrived. Runs on the connection's reader, so it must not wait.
    func received(_ frame: RESPFrame, from number: Int) {
        switch SubscriptionPush(frame) {
        case .message(let message): deliver(message, from: number)
        case .subscribed(let name, let count):
            perform { $0.connectionNumber == number ? $0.machine.confirmed(name, count: count) : Machine.Outcome() }
        case .unsubscribed(let name, let count):
            perform { $0.connectionNumber == number ? $0.machine.unsubscribed(name, count: count) : Machine.Outcome() }
        case .unsubscribedFromNothing: break
        case .other: state.withLock { $0.connection }?.ignored(frame)
        case nil:
            // Not a push of this protocol: nothing on this connection can be trusted any more.
            dropConnection(number)
        }
    }

    private func deliver(_ message: Message, from number: Int) {
        let served = state.withLock { state -> ServedList in
            guard state.connectionNumber == number else { return .none }
            let ids = state.machine.subscribers(to: message.subscription)
            if ids.count == 1 { return state.sinks[ids[0]]?.put(.message(message)).map(ServedList.one) ?? .none }
            return .many(ids.compactMap { state.sinks[$0]?.put(.message(message)) })
        }
        switch served {
        case .none: break
        case .one(let subscriber): subscriber.resume()
        case .many(let subscribers): for subscriber in subscribers { subscriber.resume() }
        }
    }

    private typealias Served = EventChannel<PubSubEvent>.Served

    private enum ServedList {
        case none
        case one(Served)
        case many([Served])
    }

    func lost(_ number: Int) {
        let now = environment.now()
        let random = environment.random(0...1)
        perform { state in
            guard state.connectionNumber == number, state.connection != nil else { return Machine.Outcome() }
            state.connection = nil
            return state.machine.connectionLost(now: now, random: random)
        }
    }

    func dropConnection(_ number: Int) {
        let connection = state.withLock { $0.connectionNumber == number ? $0.connection : nil }
        connection?.close()
        lost(number)
    }

    // MARK: What follows

    /// Feeds an event to the machine under the lock, and does what follows from it after the lock.
    ///
    /// What subscribers hear goes into their channels under the lock: the reader that lost a connection may stand still
    /// while the next one's reader has everything restored, and yet its news comes first.
    func perform(_ event: (inout State) -> Machine.Outcome) {
        var effects = Effects()
        state.withLock { state in
            let outcome = event(&state)
            effects = Effects(outcome, &state)
        }
        for (call, error) in effects.calls {
            if let error { call.resume(throwing: error) } else { call.resume() }
        }
        for subscriber in effects.served { subscriber.resume() }
        for (sink, error) in effects.ended { sink.channel.finish(error) }
        if let number = effects.drop { dropConnection(number) }
        if effects.mustStart { startDriver() }
        if effects.mustWake { signal.wake() }
    }

    private struct Effects {
        var calls: [(Call, (any Error)?)] = []
        var served: [Served] = []
        var ended: [(SubscriptionSink, any Error)] = []
        var drop: Int?
        var mustStart = false
        var mustWake = false

        init() {}

        init(_ outcome: Machine.Outcome, _ state: inout State) {
            for request in outcome.completed {
                if let call = state.calls.removeValue(forKey: request) { calls.append((call, nil)) }
            }
            for failed in outcome.failed {
                guard let call = state.calls.removeValue(forKey: failed.request) else { continue }
                calls.append((call, failed.failure.error(lastFailure: state.lastFailure)))
            }
            for delivery in outcome.deliver {
                if let subscriber = state.sinks[delivery.subscriber]?.put(delivery.event) { served.append(subscriber) }
            }
            for end in outcome.ended {
                guard let sink = state.sinks.removeValue(forKey: end.subscriber) else { continue }
                ended.append((sink, end.failure.error(lastFailure: state.lastFailure)))
            }
            if outcome.mustReconnect { drop = state.connectionNumber }
            mustStart = outcome.mustStart
            mustWake = outcome.mustWake
        }
    }

    private func startDriver() {
        let task = Task { await self.drive() }
        let isWanted = state.withLock { state in
            state.driver = task
            return !state.machine.isClosed
        }
        if !isWanted { task.cancel() }
    }
}

extension SubscriptionStateMachine.Failure {
    func error(lastFailure: (any Error)?) -> any Error {
        switch self {
        case .refused(let error): error
        case .moved(let name): SlotIsElsewhere(name: name)
        case .unreachable: lastFailure ?? PubSubError.closed
        case .timedOut: lastFailure.map { ConnectionError.connectTimedOut(cause: $0) } ?? PubSubError.timedOut
        case .closed: PubSubError.closed
        case .cancelled: CancellationError()
        }
    }
}
