// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import Synchronization
internal import ValkeyToolkit

/// The kinds of calls of the load. Every one of them takes note of each operation in it.
extension BaseLoad {
    func set(_ task: Int) async {
        let number = state.withLock { $0.ledger.nextValue(of: task) }
        let (_, outcome) = await call("SET") { try await self.client.set(Key.value(task), number) }
        state.withLock { $0.ledger.wrote(number, by: task, outcome) }
    }

    func get(_ task: Int) async {
        let (reply, outcome) = await call("GET") { try await self.client.get(Key.value(task), as: Int.self) ?? 0 }
        state.withLock { $0.ledger.read(reply, by: task, outcome) }
    }

    func increment() async {
        let (reply, outcome) = await call("INCR") { try await self.client.incr(Key.counter) }
        state.withLock { $0.ledger.incremented(to: reply, outcome) }
    }

    func push(_ task: Int) async {
        let number = state.withLock { $0.ledger.nextEntry(of: task) }
        let (length, outcome) = await call("RPUSH") { try await self.client.rpush(Key.log(task), number) }
        state.withLock { $0.ledger.pushed(number, by: task, length: length, outcome) }
    }

    func echo(_ task: Int, _ random: UInt64) async {
        let nonce = "\(task)-\(random)"
        let (reply, outcome) = await call("ECHO") { try await self.client.echo(nonce, as: String.self) }
        state.withLock { $0.ledger.echoed(reply, to: nonce, outcome) }
    }

    /// Twenty commands in one piece.
    func pipeline(_ task: Int, _ random: UInt64) async {
        struct Row {
            var value: Int, entry: Int, nonce: String
            var set: Queued<SetReply>, get: Queued<Int?>, incr: Queued<Int>, push: Queued<Int>, echo: Queued<String>
        }
        let batch = client.pipeline()
        var rows: [Row] = []
        for index in 0..<4 {
            let (value, entry) = state.withLock { ($0.ledger.nextValue(of: task), $0.ledger.nextEntry(of: task)) }
            let nonce = "\(task)-\(random)-\(index)"
            rows.append(
                Row(
                    value: value, entry: entry, nonce: nonce, set: batch.set(Key.value(task), value),
                    get: batch.get(Key.value(task), as: Int.self),
                    incr: batch.incr(Key.counter), push: batch.rpush(Key.log(task), entry),
                    echo: batch.echo(nonce, as: String.self)))
        }
        let (replies, outcome) = await call("a pipeline") { try await batch.run() }
        let rows_ = rows
        state.withLock { state in
            for row in rows_ {
                func result<R>(_ queued: Queued<R>) -> (R?, Outcome) { Self.result(queued, replies, outcome) }
                state.ledger.wrote(row.value, by: task, result(row.set).1)
                let (found, readOutcome) = result(row.get)
                state.ledger.read(found.map { $0 ?? 0 }, by: task, readOutcome)
                let (number, incrementOutcome) = result(row.incr)
                state.ledger.incremented(to: number, incrementOutcome)
                let (length, pushOutcome) = result(row.push)
                state.ledger.pushed(row.entry, by: task, length: length, pushOutcome)
                let (echo, echoOutcome) = result(row.echo)
                state.ledger.echoed(echo, to: row.nonce, echoOutcome)
            }
        }
    }

    /// What became of one command of a pipeline. A replica refuses the writes and answers the rest; a server that loads its
    /// data refuses most.
    private static func result<R>(
        _ queued: Queued<R>, _ replies: BatchReplies?, _ outcome: Outcome
    ) -> (R?, Outcome) {
        guard outcome == .ok, let replies else { return (nil, outcome) }
        do {
            return (try replies[queued], .ok)
        } catch is ServerError {
            return (nil, .serverError)
        } catch {
            // A reply of another kind than its command's is nobody's number, and noted as such.
            return (nil, .ok)
        }
    }

    func transaction(_ task: Int) async {
        let number = state.withLock { $0.ledger.nextPair(of: task) }
        let batch = client.pipeline()
        let counter = batch.incr(Key.pairedCounter(task))
        let length = batch.rpush(Key.pairedLog(task), number)
        let (replies, outcome) = await call("a transaction") { try await batch.run(atomic: true) }
        let (count, entries) = (try? replies?[counter], try? replies?[length])
        state.withLock { $0.ledger.paired(number, by: task, counter: count, length: entries, outcome) }
    }
}

/// The keys of the load.
enum Key {
    static let counter = "faults:counter"
    static func value(_ task: Int) -> String { "faults:value:\(task)" }
    static func log(_ task: Int) -> String { "faults:log:\(task)" }
    static func pairedCounter(_ task: Int) -> String { "faults:paired-count:\(task)" }
    static func pairedLog(_ task: Int) -> String { "faults:paired-log:\(task)" }
}
