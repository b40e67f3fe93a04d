// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pipeline
internal import Synchronization

/// Counts the tasks of a client that sleep: whoever waits for a deadline, looks after a connection, or rests between two
/// attempts does so in the client's environment. One that sleeps on behind its time, or its client's end, is a leak.
final class SleepCensus: Sendable {
    private let count = Atomic(0)

    /// How many sleep now.
    var sleepers: Int { count.load(ordering: .relaxed) }

    /// The same environment, with its sleepers counted.
    func counting(_ environment: ClientEnvironment) -> ClientEnvironment {
        var environment = environment
        environment.sleep = { [sleep = environment.sleep, self] instant in
            count.add(1, ordering: .relaxed)
            defer { count.subtract(1, ordering: .relaxed) }
            try await sleep(instant)
        }
        return environment
    }
}
