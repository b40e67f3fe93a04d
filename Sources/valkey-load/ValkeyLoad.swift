// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Dispatch
internal import Synchronization
internal import ValkeyToolkit

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The program. Its main function is not `async`: the main thread reads the meters at the right moments while the tasks
/// have the other threads, and profilers that can't bear a main thread that ends work too.
@main
struct ValkeyLoad {
    static func main() {
        let options: LoadOptions
        do throws(LoadOptionError) {
            options = try LoadOptions(Array(CommandLine.arguments.dropFirst()))
        } catch {
            writeError("valkey-load: \(error)\n(valkey-load --help lists the options)\n")
            exit(2)
        }
        if options.wantsHelp {
            print(LoadOptions.help)
            exit(0)
        }
        let configuration: NodeConfiguration
        do {
            configuration = try NodeConfiguration(url: options.url, security: options.security())
        } catch {
            writeError("valkey-load: --url: \(error)\n")
            exit(2)
        }
        do {
            let report = try run(options, configuration)
            print(options.isJSON ? report.json : report.text)
            if let failure = report.result.firstFailure { writeError("valkey-load: the first failure: \(failure)\n") }
            exit(report.result.errors == 0 && report.result.operations > 0 ? 0 : 1)
        } catch {
            writeError("valkey-load: \(error)\n")
            exit(1)
        }
    }

    private static func run(_ options: LoadOptions, _ configuration: NodeConfiguration) throws -> LoadReport {
        let data = DataSet(valueSize: options.valueSize)
        let clients = (0..<options.connections).map { _ in ValkeyClient(configuration) }
        defer { for client in clients { client.close() } }
        try Background {
            for client in clients { try await client.connect() }
            try await data.store(clients[0])
            if [.lrange, .lrangeBytes].contains(options.workload) {
                try await data.storeList(clients[0], count: options.depth)
            }
        }.wait()

        let progress = (0..<options.tasks).map { _ in TaskProgress() }
        if case .count = options.extent, options.warmUp > 0 {
            let phase = LoadPhase()
            let warmUp = launch(options, clients, data, progress) { _ in .phase(phase) }
            warmUp.wait(for: options.warmUp)
            phase.end()
            _ = try warmUp.wait()
        }
        let (result, meter) = try measure(options, clients, data, progress)
        do { try Background { try await data.delete(clients[0]) }.wait() } catch {
            writeError("valkey-load: its keys are still there: \(error)\n")
        }
        return LoadReport(result: result, usage: meter.usage, seconds: meter.seconds)
    }

    /// Puts the load on, and reads the meters at both ends of what counts.
    private static func measure(
        _ options: LoadOptions, _ clients: [ValkeyClient], _ data: DataSet, _ progress: [TaskProgress]
    ) throws -> (LoadTask.Result, Meter) {
        switch options.extent {
        case .seconds(let seconds):
            let phase = LoadPhase()
            let load = launch(options, clients, data, progress) { _ in .phase(phase) }
            load.wait(for: options.warmUp)
            var meter = Meter()
            phase.beginMeasuring()
            wait(for: load, until: monotonicNanoseconds() + Int(seconds * 1e9), options, progress)
            phase.end()
            meter.read()
            return (try load.wait(), meter)
        case .count(let count):
            var meter = Meter()
            let load = launch(options, clients, data, progress) { task in
                .count(count / options.tasks + (task < count % options.tasks ? 1 : 0))
            }
            wait(for: load, until: .max, options, progress)
            meter.read()
            return (try load.wait(), meter)
        }
    }

    private static func launch(
        _ options: LoadOptions, _ clients: [ValkeyClient], _ data: DataSet, _ progress: [TaskProgress],
        _ window: @escaping @Sendable (_ task: Int) -> LoadTask.Window
    ) -> Background<LoadTask.Result> {
        Background {
            await withTaskGroup(of: LoadTask.Result.self) { group in
                for task in 0..<options.tasks {
                    let run: @Sendable @concurrent () async -> LoadTask.Result = {
                        await LoadTask(
                            client: clients[task % clients.count], options: options, data: data, window: window(task),
                            progress: progress[task], seed: task * 7919
                        ).run()
                    }
                    switch options.executor {
                    case .default: group.addTask(operation: run)
                    case .loop: group.addTask(executorPreference: EventLoop.shared, operation: run)
                    }
                }
                var sum = LoadTask.Result()
                for await result in group {
                    sum.operations += result.operations
                    sum.errors += result.errors
                    sum.latencies.add(result.latencies)
                    sum.firstFailure = sum.firstFailure ?? result.firstFailure
                }
                return sum
            }
        }
    }

    /// Waits, with a line per second on the standard error.
    private static func wait(
        for load: Background<LoadTask.Result>, until end: Int, _ options: LoadOptions, _ progress: [TaskProgress]
    ) {
        let second = 1_000_000_000
        var last = 0
        var next = monotonicNanoseconds() + second
        while !load.wait(until: min(next, end)), next < end {
            let sum = progress.reduce((operations: 0, errors: 0)) { sum, task in
                let (operations, errors) = task.read()
                return (sum.operations + operations, sum.errors + errors)
            }
            if !options.isJSON {
                let rate = sum.operations - last
                writeError("\(sum.operations) operations, \(rate) in the last second, \(sum.errors) errors\n")
            }
            last = sum.operations
            next += second
        }
    }
}

/// The time and the process's usage between two moments.
struct Meter {
    private(set) var usage = ProcessUsage.now()
    private var moment = monotonicNanoseconds()
    private(set) var seconds = 0.0

    /// Replaces the readings by what has come since.
    mutating func read() {
        usage = ProcessUsage.now() - usage
        seconds = Double(monotonicNanoseconds() - moment) / 1e9
    }
}

/// A task that the main thread can wait for.
final class Background<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () async throws -> Value) {
        Task.detached {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            self.outcome.withLock { $0 = result }
            self.done.signal()
        }
    }

    /// Waits for the end.
    func wait() throws -> Value {
        while true {
            if let outcome = outcome.withLock({ $0 }) { return try outcome.get() }
            done.wait()
        }
    }

    /// Waits for some seconds, or for the end.
    func wait(for seconds: Double) { wait(until: monotonicNanoseconds() + Int(seconds * 1e9)) }

    /// Waits for a moment of the monotonic clock, or for the end; `true` if the task has ended.
    @discardableResult
    func wait(until moment: Int) -> Bool {
        while outcome.withLock({ $0 == nil }) {
            let left = moment - monotonicNanoseconds()
            guard left > 0 else { return false }
            _ = done.wait(timeout: .now() + .nanoseconds(left))
        }
        return true
    }
}
