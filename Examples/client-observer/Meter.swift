// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// What a client does, as log lines and as a table of durations, without a package:
//
//     client-observer valkey://127.0.0.1:6379
//
// Adapters for a logging, metrics or tracing package look the same: `attributes` have OpenTelemetry's names already.

internal import ExampleSupport
internal import Synchronization
internal import ValkeyToolkit

/// Logs events, and counts and adds up what calls took.
final class Meter: ClientObserver {
    private let durations = Mutex<[String: (count: Int, total: Duration)]>([:])

    func clientEvent(_ event: ClientEvent) {
        say("\(event.name): \(event) \(event.attributes.map { "\($0)" })")
    }

    func callEnded(_ call: CallReport) {
        if let failure = call.failure { say("\(call.operation) failed: \(failure.type)") }
        durations.withLock { durations in
            let sofar = durations[call.operation] ?? (0, .zero)
            durations[call.operation] = (sofar.count + 1, sofar.total + call.duration)
        }
    }

    func summary() {
        for (operation, numbers) in durations.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            say("\(CallReport.durationMetric) \(operation): \(numbers.count) in \(numbers.total)")
        }
    }
}

@main
enum Program {
    static func main() async throws {
        let meter = Meter()
        let url = CommandLine.arguments.dropFirst().first ?? "valkey://127.0.0.1:6379"
        try await withValkeyClient(url, environment: ClientEnvironment(observer: meter)) { client in
            try await client.set("greeting", "hello")
            for _ in 0..<3 { _ = try await client.get("greeting") }
            let batch = client.pipeline()
            for _ in 0..<2 { batch.get("greeting") }
            _ = try await batch.run()
            // Text is no number: the server says no, and the observer hears the code and nothing else.
            _ = try? await client.incr("greeting")
        }
        meter.summary()
    }
}
