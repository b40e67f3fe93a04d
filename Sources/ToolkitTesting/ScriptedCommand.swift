// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A command that a ``ScriptedServer`` has read.
public struct ScriptedCommand: Hashable, Sendable {
    /// Which connection it came over; connections are numbered from 0 in the order of their making.
    public var connection: Int
    /// Name and arguments, as they were sent.
    public var arguments: [[UInt8]]

    /// Makes a command, to compare with.
    public init(connection: Int = 0, _ arguments: [String]) {
        self.init(connection: connection, arguments: arguments.map { Array($0.utf8) })
    }

    init(connection: Int, arguments: [[UInt8]]) {
        self.connection = connection
        self.arguments = arguments
    }

    /// The command's name in upper case; empty for an empty command.
    public var name: String { text(at: 0).uppercased() }

    /// Name and arguments as text. What is not UTF-8 is repaired.
    public var words: [String] { arguments.indices.map(text(at:)) }

    private func text(at index: Int) -> String {
        arguments.indices.contains(index) ? String(decoding: arguments[index], as: UTF8.self) : ""
    }
}

extension ScriptedCommand: CustomStringConvertible {
    /// The words, with the number of the connection.
    public var description: String { "\(connection): " + words.joined(separator: " ") }
}
