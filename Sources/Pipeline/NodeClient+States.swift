// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pool
internal import Transport

extension NodeClient {
    /// How the client stands with its server now.
    public var state: ClientState { tracker.current }

    /// The states as they follow each other, beginning with the present one.
    ///
    ///     for await state in client.states { log("valkey: \(state)") }
    public var states: ClientStates { ClientStates(tracker: tracker) }

    /// Connects, however often it takes: for programs that start together with their server.
    ///
    /// A call's first dial ends with its error; this dials again after growing delays, except for causes that dialing
    /// again can't change, such as a wrong password. Returns at once if there is a connection.
    ///
    /// - Parameter timeout: how long to try; `nil` tries for as long as it takes.
    /// - Throws: the last dial's error, `PoolError`, `CancellationError`.
    public func waitUntilReady(timeout: Duration? = nil) async throws {
        let deadline = timeout.map { environment.moment + $0.wholeNanoseconds }
        let backoff = Backoff()
        var failures = 0
        while true {
            do {
                _ = try await pool.shared(deadline: deadline?.instant)
                return
            } catch  where error is TransportError || error is ConnectionError {
                failures += 1
                let delay = backoff.delay(afterFailures: failures, random: environment.random(0...1))
                let next = environment.moment + delay.wholeNanoseconds
                let isTooLate = deadline.map { next >= $0 } ?? false
                if isTooLate || ConnectionError.isPermanentDialFailure(error) { throw error }
                try await environment.sleep(next.instant)
            }
        }
    }

    /// Lives as long as its task: connects, and when the task is cancelled, lets calls under way finish and closes the
    /// client. For service lifecycles; nothing needs it to work.
    ///
    /// Returns when the client is closed, by this or by anybody. A server that can't be reached doesn't end it.
    ///
    /// - Parameter limit: how long calls that are under way have to finish.
    public func run(shutdownWithin limit: Duration = .seconds(10)) async {
        let connecting = Task { try? await waitUntilReady() }
        for await _ in states {}
        connecting.cancel()
        // A task of its own, since this one is cancelled and would end at once.
        await Task { _ = await shutdown(within: limit) }.value
    }
}
