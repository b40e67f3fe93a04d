// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What is known about a command whose reply did not arrive.
///
/// The server never answers twice and never tells afterwards what it did, so this is all that a caller can know.
public enum ExecutionCertainty: Hashable, Sendable {
    /// The server can't have seen the whole command: its last byte was never handed to the transport.
    case notSent
    /// All bytes of the command left, but no reply came: it ran once or not at all.
    case outcomeUnknown

    /// Whether the command may have had an effect.
    public var mayHaveExecuted: Bool { self == .outcomeUnknown }
}
