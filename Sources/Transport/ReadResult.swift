// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a read that never waits found.
public enum ReadResult: Hashable, Sendable {
    /// So many bytes were appended, at least one.
    case bytes(Int)
    /// Nothing is there yet.
    case wouldBlock
    /// The peer has ended its direction of the stream, and everything before was read.
    case endOfStream
}
