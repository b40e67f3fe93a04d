// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A command that its executor can't run, refused before anything was sent.
@nonexhaustive
public enum CommandMisuse: Error, Hashable, Sendable, CustomStringConvertible {
    /// `name` binds state to a connection, and this executor's connection is shared with other tasks.
    case bindsConnection(name: String)
    /// `name` was called with an empty list where the server wants at least one argument.
    case lacksArguments(name: String)
    /// `name` may wait on the server, and a batch on a shared connection would make others wait with it.
    case blocksConnection(name: String)
    /// `name` would wait for a reply behind `CLIENT REPLY OFF` or `SKIP`, and none would come.
    case repliesAreOff(name: String)
    /// `name` was to be sent without waiting for a reply, and one would come.
    case repliesAreOn(name: String)
    /// `name` was to run on a leased connection that has gone back.
    case connectionReturned(name: String)

    /// One sentence that says what to do instead.
    public var description: String {
        switch self {
        case .bindsConnection(let name):
            "\(name) binds state to its connection: use the configuration, a transaction or a subscription instead"
        case .lacksArguments(let name): "\(name) was called with an empty list, and takes at least one argument"
        case .blocksConnection(let name):
            "\(name) may wait on the server: execute it by itself, not in a batch"
        case .repliesAreOff(let name): "\(name) would get no reply, since replies are off: send it instead"
        case .repliesAreOn(let name): "\(name) would be answered, since replies are on: execute it instead"
        case .connectionReturned(let name): "\(name) came after the end of the scope that its connection was lent for"
        }
    }
}
