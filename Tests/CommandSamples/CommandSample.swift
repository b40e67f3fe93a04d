// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
internal import RESPCodec

/// A call of a command with some of its options, to be executed by whoever wants to see what becomes of it.
public struct CommandSample: Sendable {
    /// What was answered, for comparison.
    public struct Reply: Sendable, CustomStringConvertible {
        private let value: any Sendable

        /// What was answered. Only values that can be compared are ever equal.
        public init(_ value: some Sendable) { self.value = value }

        /// Whether another sample was answered the same.
        public func isEqual(to other: Reply) -> Bool {
            guard let value = value as? any Equatable else { return false }
            return isEqual(value, other.value)
        }

        private func isEqual<Value: Equatable>(_ value: Value, _ other: any Sendable) -> Bool {
            value == other as? Value
        }

        /// The value.
        public var description: String { "\(value)" }
    }

    /// The command's name, as the server writes it.
    public let name: String
    /// The words that are sent.
    public let words: [String]
    /// The facts of the call.
    public let metadata: CommandMetadata
    /// Executes it.
    public let execute: @Sendable (any CommandExecutor) async throws -> Reply
    /// Queues it.
    public let enqueue: @Sendable (any CommandQueue) -> Void

    /// A call of `command`.
    public init<C: Command>(_ command: C) where C.Reply: Equatable {
        name = C.metadata.name
        words = Self.words(command)
        metadata = command.callMetadata
        execute = { executor in Reply(try await executor.execute(command)) }
        enqueue = { queue in _ = queue.enqueue(command) }
    }

    /// All of them.
    public static let all: [CommandSample] = .generated()
    /// Calls with an empty list where the server wants at least one argument.
    public static let incomplete: [CommandSample] = .lackingArguments()

    private static func words(_ command: some Command) -> [String] {
        var encoder = CommandEncoder()
        command.encode(into: &encoder)
        var decoder = RESPDecoder()
        decoder.append(encoder.span)
        guard let frame = try? decoder.next(), let words = try? frame.decode(as: [RESPBytes].self) else { return [] }
        return words.map { String($0) }
    }
}

extension [CommandSample] {
    mutating func add<C: Command>(_ command: C) where C.Reply: Equatable { append(CommandSample(command)) }
}
