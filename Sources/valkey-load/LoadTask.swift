// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization
internal import ValkeyToolkit

/// One of the tasks: sends, waits, compares, and again.
struct LoadTask {
    /// What a task has measured; only operations inside the window count.
    struct Result: Sendable {
        var operations = 0
        var errors = 0
        var latencies = LatencyHistogram()
        var firstFailure: String?
    }

    /// When to count, and when to stop.
    enum Window: Sendable {
        /// While the main thread says so: it reads its meters at the same two moments, however late it is.
        case phase(LoadPhase)
        /// Exactly so many operations.
        case count(Int)
    }

    let client: ValkeyClient
    let workload: LoadOptions.Workload
    let depth: Int
    let data: DataSet
    let window: Window
    let progress: TaskProgress
    /// Where in the keys this task begins.
    let seed: Int

    private var result = Result()

    init(
        client: ValkeyClient, options: LoadOptions, data: DataSet, window: Window, progress: TaskProgress, seed: Int
    ) {
        self.client = client
        workload = options.workload
        depth = options.depth
        self.data = data
        self.window = window
        self.progress = progress
        self.seed = seed
    }

    consuming func run() async -> Result {
        var index = seed % data.keys.count
        var sent = 0
        let batch = client.pipeline()
        var handles: [Queued<RESPBytes?>] = []
        var before = monotonicNanoseconds()
        while let size = nextSize(sent: sent) {
            var failures = 0
            do {
                switch workload {
                case .pipeline:
                    fill(batch, size: size, from: index)
                    failures = self.failures(in: try await batch.run(), from: index)
                case .pipelineHandles:
                    fill(batch, &handles, size: size, from: index)
                    failures = self.failures(of: handles, in: try await batch.run(), from: index)
                case .lrange:
                    let elements = try await client.lrange(data.listKey, 0, -1, as: String.self)
                    failures = elements.count == depth && elements.last.map(data.isValue) == true ? 0 : 1
                case .lrangeBytes:
                    let elements = try await client.lrange(data.listKey, 0, -1)
                    failures = elements.count == depth && data.isValue(elements.last, at: 0) ? 0 : 1
                case .set:
                    failures = try await set(index)
                case .mixed where sent % 10 == 9:
                    failures = try await set(index)
                default:
                    failures = try await get(index)
                }
            } catch {
                failures = size
                if result.firstFailure == nil { result.firstFailure = "\(error)" }
            }
            let after = monotonicNanoseconds()
            sent += size
            record(size, failures, from: before, to: after)
            before = after
            index += size
            if index >= data.keys.count { index %= data.keys.count }
        }
        return result
    }

    /// How many operations to send at once; `nil` when it is time to stop.
    private func nextSize(sent: Int) -> Int? {
        let most = workload == .pipeline || workload == .pipelineHandles ? depth : 1
        switch window {
        case .phase(let phase): return phase.isOver ? nil : most
        case .count(let count): return sent < count ? min(most, count - sent) : nil
        }
    }

    private mutating func record(_ size: Int, _ failures: Int, from before: Int, to after: Int) {
        if case .phase(let phase) = window, !phase.isMeasuring { return }
        result.operations += size
        result.errors += failures
        result.latencies.record(nanoseconds: after - before)
        progress.set(operations: result.operations, errors: result.errors)
    }

    // Each returns how many of its operations failed.

    private func get(_ index: Int) async throws -> Int {
        let value = try await client.get(data.keys[index])
        return data.isValue(value, at: index) ? 0 : 1
    }

    private func set(_ index: Int) async throws -> Int {
        try await client.set(data.keys[index], data.values[index])
        return 0
    }

    // The loops are functions of their own: what an asynchronous function keeps in variables it keeps in memory.

    private func fill(_ batch: CommandBatch, size: Int, from first: Int) {
        var index = first
        for _ in 0..<size {
            batch.get(data.keys[index])
            index = data.index(after: index)
        }
    }

    private func failures(in replies: BatchReplies, from first: Int) -> Int {
        guard let values = try? replies.values(as: RESPBytes?.self) else { return replies.count }
        var failures = 0
        var index = first
        for value in values {
            if !data.isValue(value, at: index) { failures += 1 }
            index = data.index(after: index)
        }
        return failures
    }

    private func fill(_ batch: CommandBatch, _ handles: inout [Queued<RESPBytes?>], size: Int, from first: Int) {
        handles.removeAll(keepingCapacity: true)
        var index = first
        for _ in 0..<size {
            handles.append(batch.get(data.keys[index]))
            index = data.index(after: index)
        }
    }

    private func failures(of handles: [Queued<RESPBytes?>], in replies: BatchReplies, from first: Int) -> Int {
        var failures = 0
        var index = first
        for handle in handles {
            if let value = try? replies[handle], data.isValue(value, at: index) {} else { failures += 1 }
            index = data.index(after: index)
        }
        return failures
    }
}

/// Whether operations count; written by the main thread, read by the tasks after each operation.
final class LoadPhase: Sendable {
    private let phase = Atomic<Int>(0)

    var isMeasuring: Bool { phase.load(ordering: .relaxed) == 1 }
    var isOver: Bool { phase.load(ordering: .relaxed) == 2 }

    func beginMeasuring() { phase.store(1, ordering: .relaxed) }
    func end() { phase.store(2, ordering: .relaxed) }
}

/// How far a task is, for the progress line. Written by one task, read by the main thread.
final class TaskProgress: Sendable {
    private let operations = Atomic<Int>(0)
    private let errors = Atomic<Int>(0)

    func set(operations: Int, errors: Int) {
        self.operations.store(operations, ordering: .relaxed)
        self.errors.store(errors, ordering: .relaxed)
    }

    func read() -> (operations: Int, errors: Int) {
        (operations.load(ordering: .relaxed), errors.load(ordering: .relaxed))
    }
}
