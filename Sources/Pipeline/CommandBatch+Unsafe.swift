// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension CommandBatch {
    /// Lends the content to `body`, to nobody else meanwhile.
    ///
    /// That is checked here in a few instructions. Swift's own check of a class's property takes more than a hundred, which
    /// is a tenth of what a pipelined command costs in all.
    @inlinable @inline(__always)
    func withContent<Result>(_ body: (inout BatchContent) -> Result) -> Result {
        unsafe precondition(!contentIsLent, "A command's encoding uses the batch that the command is added to.")
        unsafe contentIsLent = true
        defer { unsafe contentIsLent = false }
        return unsafe body(&content)
    }
}
