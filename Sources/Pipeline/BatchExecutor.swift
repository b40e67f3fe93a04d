// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands

/// Whoever sends single commands and batches of them: the client of a node, the client of a cluster.
///
/// The overloads of `pipeline` and `transaction` that take commands are in `BatchExecutor+Tuples.swift`.
public protocol BatchExecutor: CommandExecutor, ~Copyable {
    /// An empty batch; see ``CommandBatch``.
    func pipeline() -> CommandBatch
}
