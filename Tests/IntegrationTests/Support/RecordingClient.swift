// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CommandSamples
import ServerSupport
import Synchronization
import ValkeyToolkit

/// Which commands were answered, in order, and what: only replies that were of their command's type are in it.
final class CommandRecord: Sendable {
    private let replies = Mutex<[(name: String, reply: CommandSample.Reply)]>([])

    func note(_ name: String, _ reply: some Sendable) {
        replies.withLock { $0.append((name, CommandSample.Reply(reply))) }
    }

    var names: [String] { replies.withLock { $0.map(\.name) } }

    /// How the replies to the same commands differ from another record's; those of `varying` may.
    func differences(from other: CommandRecord, varying: Set<String>) -> [String] {
        let (mine, theirs) = (replies.withLock { $0 }, other.replies.withLock { $0 })
        guard mine.map(\.name) == theirs.map(\.name) else { return ["\(mine.map(\.name)) and \(theirs.map(\.name))"] }
        return zip(mine, theirs).compactMap { one, another in
            if varying.contains(one.name) || one.reply.isEqual(to: another.reply) { return nil }
            return "\(one.name): \(one.reply) and \(another.reply)"
        }
    }
}

/// A client that notes what its commands were answered.
struct RecordingClient: CommandExecutor {
    let client: ValkeyClient
    let record: CommandRecord

    func execute<C: Command>(_ command: C) async throws -> C.Reply {
        let reply = try await client.execute(command)
        // Raw commands have no type that their reply could be of.
        if !C.metadata.name.isEmpty { record.note(C.metadata.name, reply) }
        return reply
    }

    /// Executes what binds state to a connection on one that was lent.
    @discardableResult
    func execute<C: ConnectionCommand>(
        _ command: C, on connection: borrowing LeasedConnection
    ) async throws -> C.Reply {
        let reply = try await connection.execute(command)
        record.note(C.metadata.name, reply)
        return reply
    }
}
