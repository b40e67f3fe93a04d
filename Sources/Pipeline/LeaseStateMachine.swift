// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands

/// Follows what the holder of a leased connection does to it, and says in what state it goes back. Pure.
struct LeaseStateMachine {
    /// What has to happen to the connection at the end of the lease.
    enum Ending: Hashable {
        /// It is as it was.
        case clean
        /// RESET and the handshake make it so.
        case reset
        /// Nothing surely does.
        case dispose
    }

    /// Whether the server answers what is sent.
    private enum Replies { case on, off, nextIsSkipped }

    private var replies = Replies.on
    private var isBound = false
    private var mustDispose = false
    private(set) var isOver = false

    /// A command that binds nothing is to be sent.
    ///
    /// - Throws: `CommandMisuse` for one that would wait for a reply where none comes, or whose connection has gone back.
    mutating func execute(_ name: String) throws(CommandMisuse) {
        if isOver { throw .connectionReturned(name: name) }
        if replies != .on { throw .repliesAreOff(name: name) }
    }

    /// The same without waiting for its reply.
    mutating func send(_ name: String) throws(CommandMisuse) {
        if isOver { throw .connectionReturned(name: name) }
        if replies == .on { throw .repliesAreOn(name: name) }
        if replies == .nextIsSkipped { replies = .on }
    }

    /// A command that binds state to the connection is to be sent.
    ///
    /// - Parameter words: the command as it is sent, three of its words at most.
    /// - Returns: whether the server answers it.
    mutating func bind(_ words: [String]) throws(CommandMisuse) -> Bool {
        let words = words.map { $0.uppercased() }
        let hasSubcommand = words.first == "CLIENT" || words.first == "SCRIPT"
        let name = words.prefix(hasSubcommand ? 2 : 1).joined(separator: " ")
        if isOver { throw .connectionReturned(name: name) }
        if Self.takingOver.contains(name) { throw .bindsConnection(name: name) }
        isBound = true
        if name == "CLIENT REPLY" {
            switch words.last {
            case "OFF": replies = .off
            case "SKIP": if replies == .on { replies = .nextIsSkipped }
            default: replies = .on
            }
            // Until ON has been answered nobody knows what else the server still means to say.
            mustDispose = true
            return replies == .on
        }
        if !Self.undoneByReset.contains(name) { mustDispose = true }
        if replies != .on { throw .repliesAreOff(name: name) }
        return true
    }

    /// A command has failed.
    mutating func failed(_ error: any Error) {
        // The server is not the one that it was taken for.
        if (error as? ServerError)?.isFromReplica == true { mustDispose = true }
    }

    /// The lease is over.
    ///
    /// - Parameters:
    ///   - owesReplies: whether replies are still to come, which nobody waits for.
    ///   - isOpen: whether the connection lives.
    mutating func end(owesReplies: Bool, isOpen: Bool) -> Ending {
        isOver = true
        if mustDispose || owesReplies || !isOpen { return .dispose }
        return isBound ? .reset : .clean
    }

    /// What turns the connection into something that is no conversation of questions and answers.
    private static let takingOver: Set<String> = [
        "MONITOR", "PSUBSCRIBE", "PSYNC", "PUNSUBSCRIBE", "REPLCONF", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC",
        "UNSUBSCRIBE",
    ]

    /// What RESET takes back on every server that has it (https://valkey.io/commands/reset), or the handshake sets anew.
    private static let undoneByReset: Set<String> = [
        "ASKING", "AUTH", "CLIENT CACHING", "CLIENT SETINFO", "CLIENT SETNAME", "CLIENT TRACKING", "DISCARD", "EXEC",
        "HELLO", "MULTI", "READONLY", "READWRITE", "RESET", "SELECT", "UNWATCH", "WATCH",
    ]
}
