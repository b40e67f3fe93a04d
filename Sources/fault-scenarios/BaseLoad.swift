// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// The load of every scenario: fifty tasks with commands of all kinds, a publisher and a subscriber, over one client.
///
/// Each task waits for a moment between its calls, so that the load is one that the machine carries easily and lateness
/// is the client's.
final class BaseLoad: Sendable {
    static let channel = "faults:news"

    struct State: Sendable {
        var ledger: Ledger
        var messages = MessageLedger(channel: BaseLoad.channel)
        var punctuality = Punctuality()
        /// When calls ended with a reply, as far as needed: the last one, and the first one after the mark.
        var mark: ContinuousClock.Instant?
        var firstOKAfterMark: ContinuousClock.Instant?
        var firstMessageAfterMark: ContinuousClock.Instant?
        /// Words of the error that the subscription may end with, and how often it has: then it is made anew.
        var expectedEnd: String?
        var expectedEnds = 0
        var unfinished = 0
        /// Of these, how many make no calls for now.
        var paused = 0
        /// Texts of errors that calls ended with, for scenarios that ask for the words.
        var errors: [String: Int] = [:]
    }

    let client: NodeClient
    private let subscriptions: SubscriptionHub
    /// What each call may take.
    let timeout: Duration
    let state: Mutex<State>
    let tasks: Int
    private let seed: UInt64
    private let pause: Duration
    private let isStopping = Atomic(false)
    private let isPaused = Atomic(false)
    private let subscription = Mutex<Subscription?>(nil)

    /// - Parameters:
    ///   - seed: of what the tasks do.
    ///   - pause: how long a task rests between two calls, on average.
    init(
        client: NodeClient, subscriptions: SubscriptionHub, tasks: Int = 50, seed: UInt64,
        pause: Duration = .milliseconds(20)
    ) {
        self.client = client
        self.subscriptions = subscriptions
        timeout = client.configuration.commandTimeout ?? .seconds(5)
        self.tasks = tasks
        self.seed = seed
        self.pause = pause
        state = Mutex(State(ledger: Ledger(tasks: tasks)))
    }

    // MARK: Running

    /// Subscribes and starts the tasks, which run until `stop`.
    func start() async throws {
        let subscription = try await subscriptions.subscribe(to: Self.channel)
        self.subscription.withLock { $0 = subscription }
        state.withLock { $0.unfinished = tasks + 1 }
        Task { await listen(to: subscription) }
        Task { await publish() }
        let generator = SeededGenerator(seed: seed)
        for task in 0..<tasks { Task { await work(task, generator.derived(task)) } }
    }

    /// Lets the tasks end behind the calls that they are in. Says how many had not ended after a time that is more
    /// than enough for a call.
    func stop() async -> Int {
        isStopping.store(true, ordering: .relaxed)
        let limit = ContinuousClock.now + timeout + .seconds(10)
        while state.withLock({ $0.unfinished }) > 0, ContinuousClock.now < limit { await rest(.milliseconds(5)) }
        subscription.withLock { $0 }?.cancel()
        return state.withLock { $0.unfinished }
    }

    /// Lets the tasks make no calls for a while, or go on. Returns when those that are under way have ended.
    func setPaused(_ isPaused: Bool) async {
        self.isPaused.store(isPaused, ordering: .relaxed)
        while isPaused, state.withLock({ $0.paused < $0.unfinished }) { await rest(.milliseconds(5)) }
    }

    /// From now on the first reply and the first message are taken note of.
    func setMark() {
        state.withLock { state in
            state.mark = .now
            (state.firstOKAfterMark, state.firstMessageAfterMark) = (nil, nil)
        }
    }

    // MARK: Tasks

    private func work(_ task: Int, _ generator: SeededGenerator) async {
        var generator = generator
        while !isStopping.load(ordering: .relaxed) {
            switch generator.next(in: 0...6) {
            case 0: await set(task)
            case 1: await get(task)
            case 2: await increment()
            case 3: await push(task)
            case 4: await echo(task, generator.next())
            case 5: await pipeline(task, generator.next())
            default: await transaction(task)
            }
            await rest(generator.next(in: pause / 2...pause * 3 / 2))
            await restWhilePaused()
        }
        state.withLock { $0.unfinished -= 1 }
    }

    private func publish() async {
        while !isStopping.load(ordering: .relaxed) {
            let number = state.withLock { $0.messages.nextMessage() }
            let (receivers, outcome) = await call("PUBLISH") { try await self.client.publish(Self.channel, number) }
            state.withLock { state in
                state.ledger.ended(outcome)
                if let receivers { state.messages.published(number, receivers: receivers) }
            }
            await rest(pause)
            await restWhilePaused()
        }
        state.withLock { $0.unfinished -= 1 }
    }

    private func listen(to subscription: Subscription) async {
        do {
            for try await event in subscription {
                state.withLock { state in
                    switch event {
                    case .message(let message):
                        state.messages.heard(Int(String(message.payload)), on: String(message.channel))
                        if state.mark != nil, state.firstMessageAfterMark == nil {
                            state.firstMessageAfterMark = .now
                        }
                    case .gap: state.messages.gap()
                    default: break
                    }
                }
            }
        } catch {
            let text = "\(error)"
            let isExpected = state.withLock { state in
                guard let words = state.expectedEnd, text.contains(words) else {
                    state.messages.ended(with: text)
                    return false
                }
                state.expectedEnds += 1
                state.messages.gap()
                return true
            }
            if isExpected { await subscribeAnew() }
        }
    }

    /// Until it succeeds: what ended the subscription may last.
    private func subscribeAnew() async {
        while !isStopping.load(ordering: .relaxed) {
            guard let subscription = try? await subscriptions.subscribe(to: Self.channel) else {
                await rest(pause)
                continue
            }
            self.subscription.withLock { $0 = subscription }
            return await listen(to: subscription)
        }
    }

    private func restWhilePaused() async {
        guard isPaused.load(ordering: .relaxed) else { return }
        state.withLock { $0.paused += 1 }
        while isPaused.load(ordering: .relaxed) { await rest(pause) }
        state.withLock { $0.paused -= 1 }
    }

    func rest(_ duration: Duration) async {
        try? await Task.sleep(for: duration, tolerance: .zero)
    }

    // MARK: Calls

    /// Makes a call, sorts what became of it, and takes its time.
    func call<R>(_ what: String, _ body: () async throws -> R) async -> (R?, Outcome) {
        let deadline = ContinuousClock.now + timeout
        var result: R?
        var outcome = Outcome.ok
        var text: String?
        do {
            result = try await body()
        } catch {
            (outcome, text) = (Outcome(error), "\(error)")
            if Self.isMisdelivery(error) {
                state.withLock { $0.ledger.note(.misdelivery, "\(what) got a reply of another kind: \(error)") }
            }
        }
        let now = ContinuousClock.now
        state.withLock { state in
            state.punctuality.ended(what, deadline: deadline, at: now)
            if outcome == .ok, state.mark != nil, state.firstOKAfterMark == nil { state.firstOKAfterMark = now }
            if let text { state.errors[text, default: 0] += 1 }
        }
        return (result, outcome)
    }

    /// A reply that can't be decoded is most likely another command's.
    private static func isMisdelivery(_ error: any Error) -> Bool {
        switch error {
        case is RESPTypeMismatch, is BatchMisuse, ConnectionError.transactionReplyCount: true
        default: false
        }
    }
}

extension Outcome {
    /// What an error says of the operation.
    init(_ error: any Error) {
        switch error {
        case is ServerError: self = .serverError
        case let error as ConnectionError: self = error.mayHaveExecuted ? .unknown : .notExecuted
        case is TransportError, is PoolError: self = .notExecuted
        default: self = .unknown
        }
    }
}
