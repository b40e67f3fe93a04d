// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension SharedPayloads.Source {
    /// Binds a span to the value that owns its memory: large payloads are never inside of their values, so a copy's span
    /// is the original's.
    @_lifetime(borrow owner)
    static func lend(_ span: Span<UInt8>, by owner: borrowing SharedPayloads.Source) -> Span<UInt8> {
        unsafe _overrideLifetime(span, borrowing: owner)
    }
}
