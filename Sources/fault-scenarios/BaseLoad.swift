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
        /// How calls are made from now on.
        var manner = CallManner()
        /// How many calls each task has made, and how many of all were cancelled.
        var calls: [Int]
        var cancelledCalls = 0
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
    init(client: NodeClient, subscriptions: SubscriptionHub, tasks: Int, seed: UInt64, pause: Duration) {
        self.client = client
        self.subscriptions = subscriptions
        timeout = client.configuration.commandTimeout ?? .seconds(5)
        self.tasks = tasks
        self.seed = seed
        self.pause = pause
        state = Mutex(State(ledger: Ledger(tasks: tasks), calls: Array(repeating: 0, count: tasks)))
    }

    // MARK: Running

    /// Subscribes and starts the tasks, which run until `stop`.
    func start() async throws {
        let subscription = try await subscriptions.subscribe(to: Self.channel)
        self.subscription.withLock { $0 = subscription }
        state.withLock { $0.unfinished = tasks + 1 }
        Task { await listen(to: subscription) }
        let generator = SeededGenerator(seed: seed)
        Task { await publish(generator.derived(-1)) }
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
            let terms = drawTerms(&generator)
            switch generator.next(in: 0...6) {
            case 0: await set(task, terms)
            case 1: await get(task, terms)
            case 2: await increment(terms)
            case 3: await push(task, terms)
            case 4: await echo(task, generator.next(), terms)
            case 5: await pipeline(task, generator.next(), terms)
            default: await transaction(task, terms)
            }
            state.withLock { $0.calls[task] += 1 }
            await rest(generator.next(in: pause / 2...pause * 3 / 2))
            await restWhilePaused()
        }
        state.withLock { $0.unfinished -= 1 }
    }

    private func publish(_ generator: SeededGenerator) async {
        var generator = generator
        while !isStopping.load(ordering: .relaxed) {
            let number = state.withLock { $0.messages.nextMessage() }
            let (receivers, outcome) = await call("PUBLISH", drawTerms(&generator)) { client in
                try await client.publish(Self.channel, number)
            }
            state.withLock { state in
                state.ledger.ended(outcome)
                if let receivers { state.messages.published(number, receivers: receivers) }
            }
            await rest(pause)
            await restWhilePaused()
        }
        state.withLock { $0.unfinished -= 1 }
    }

    private func drawTerms(_ generator: inout SeededGenerator) -> CallTerms {
        state.withLock { $0.manner }.terms(&generator)
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
        do {
            return ended(what, .success(try await body()), deadline: deadline)
        } catch {
            return ended(what, .failure(error), deadline: deadline)
        }
    }

    /// The same, on terms of its own. One that is cancelled must end then.
    func call<R: Sendable>(
        _ what: String, _ terms: CallTerms, _ body: @escaping @Sendable (NodeClient.Calls) async throws -> R
    ) async -> (R?, Outcome) {
        let timeout = terms.timeout ?? timeout
        let deadline = ContinuousClock.now + timeout
        guard let delay = terms.cancelledAfter else {
            do {
                return ended(what, .success(try await body(client.with(timeout: timeout))), deadline: deadline)
            } catch {
                return ended(what, .failure(error), deadline: deadline)
            }
        }
        let work = Task { try await body(client.with(timeout: timeout)) }
        let cancellation = Mutex(ContinuousClock.Instant?.none)
        let canceller = Task {
            guard (try? await Task.sleep(for: delay, tolerance: .zero)) != nil else { return }
            cancellation.withLock { $0 = .now }
            work.cancel()
        }
        let result = await work.result
        canceller.cancel()
        await canceller.value
        guard let cancelled = cancellation.withLock({ $0 }) else { return ended(what, result, deadline: deadline) }
        state.withLock { $0.cancelledCalls += 1 }
        return ended("\(what), cancelled,", result, deadline: min(cancelled, deadline))
    }

    private func ended<R>(
        _ what: String, _ result: Result<R, any Error>, deadline: ContinuousClock.Instant
    ) -> (R?, Outcome) {
        let now = ContinuousClock.now
        var outcome = Outcome.ok
        var text: String?
        if case .failure(let error) = result {
            (outcome, text) = (Outcome(error), "\(error)")
            if Self.isMisdelivery(error) {
                state.withLock { $0.ledger.note(.misdelivery, "\(what) got a reply of another kind: \(error)") }
            }
        }
        state.withLock { state in
            state.punctuality.ended(what, deadline: deadline, at: now)
            if outcome == .ok, state.mark != nil, state.firstOKAfterMark == nil { state.firstOKAfterMark = now }
            // They say how long what took: hardly two are the same.
            if let text, state.errors.count < 200 || state.errors[text] != nil { state.errors[text, default: 0] += 1 }
        }
        return (try? result.get(), outcome)
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
