// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import Synchronization
internal import ValkeyToolkit

/// The kinds of calls of the load. Every one of them takes note of each operation in it.
extension BaseLoad {
    func set(_ task: Int, _ terms: CallTerms) async {
        let number = state.withLock { $0.ledger.nextValue(of: task) }
        let (_, outcome) = await call("SET", terms) { try await $0.set(Key.value(task), number) }
        state.withLock { $0.ledger.wrote(number, by: task, outcome) }
    }

    func get(_ task: Int, _ terms: CallTerms) async {
        let (reply, outcome) = await call("GET", terms) { try await $0.get(Key.value(task), as: Int.self) ?? 0 }
        state.withLock { $0.ledger.read(reply, by: task, outcome) }
    }

    func increment(_ terms: CallTerms) async {
        let (reply, outcome) = await call("INCR", terms) { try await $0.incr(Key.counter) }
        state.withLock { $0.ledger.incremented(to: reply, outcome) }
    }

    func push(_ task: Int, _ terms: CallTerms) async {
        let number = state.withLock { $0.ledger.nextEntry(of: task) }
        let (length, outcome) = await call("RPUSH", terms) { try await $0.rpush(Key.log(task), number) }
        state.withLock { $0.ledger.pushed(number, by: task, length: length, outcome) }
    }

    func echo(_ task: Int, _ random: UInt64, _ terms: CallTerms) async {
        let nonce = "\(task)-\(random)"
        let (reply, outcome) = await call("ECHO", terms) { try await $0.echo(nonce, as: String.self) }
        state.withLock { $0.ledger.echoed(reply, to: nonce, outcome) }
    }

    /// Twenty commands in one piece.
    func pipeline(_ task: Int, _ random: UInt64, _ terms: CallTerms) async {
        struct Row: Sendable {
            var value: Int, entry: Int, nonce: String
        }
        /// What the five commands of a row brought, and what became of each.
        typealias Answer = (
            set: Outcome, get: (Int?, Outcome), incr: (Int?, Outcome), push: (Int?, Outcome), echo: (String?, Outcome)
        )
        let rows = (0..<4).map { index in
            let (value, entry) = state.withLock { ($0.ledger.nextValue(of: task), $0.ledger.nextEntry(of: task)) }
            return Row(value: value, entry: entry, nonce: "\(task)-\(random)-\(index)")
        }
        let (answers, outcome) = await call("a pipeline", terms) { client in
            let batch = client.pipeline()
            let queued = rows.map { row in
                (
                    batch.set(Key.value(task), row.value), batch.get(Key.value(task), as: Int.self),
                    batch.incr(Key.counter), batch.rpush(Key.log(task), row.entry),
                    batch.echo(row.nonce, as: String.self)
                )
            }
            let replies = try await batch.run()
            return queued.map { queued -> Answer in
                let found = Self.result(queued.1, replies)
                return (
                    Self.result(queued.0, replies).1, (found.0.map { $0 ?? 0 }, found.1),
                    Self.result(queued.2, replies), Self.result(queued.3, replies), Self.result(queued.4, replies)
                )
            }
        }
        let nothing: Answer = (outcome, (nil, outcome), (nil, outcome), (nil, outcome), (nil, outcome))
        state.withLock { state in
            for (index, row) in rows.enumerated() {
                let answer = answers?[index] ?? nothing
                state.ledger.wrote(row.value, by: task, answer.set)
                state.ledger.read(answer.get.0, by: task, answer.get.1)
                state.ledger.incremented(to: answer.incr.0, answer.incr.1)
                state.ledger.pushed(row.entry, by: task, length: answer.push.0, answer.push.1)
                state.ledger.echoed(answer.echo.0, to: row.nonce, answer.echo.1)
            }
        }
    }

    /// What became of one command of a pipeline. A replica refuses the writes and answers the rest; a server that loads its
    /// data refuses most.
    private static func result<R>(_ queued: Queued<R>, _ replies: BatchReplies) -> (R?, Outcome) {
        do {
            return (try replies[queued], .ok)
        } catch is ServerError {
            return (nil, .serverError)
        } catch {
            // A reply of another kind than its command's is nobody's number, and noted as such.
            return (nil, .ok)
        }
    }

    func transaction(_ task: Int, _ terms: CallTerms) async {
        let number = state.withLock { $0.ledger.nextPair(of: task) }
        let (counts, outcome) = await call("a transaction", terms) { client in
            let batch = client.pipeline()
            let counter = batch.incr(Key.pairedCounter(task))
            let length = batch.rpush(Key.pairedLog(task), number)
            let replies = try await batch.run(atomic: true)
            return (try? replies[counter], try? replies[length])
        }
        state.withLock { $0.ledger.paired(number, by: task, counter: counts?.0, length: counts?.1, outcome) }
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
