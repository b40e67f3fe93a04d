// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Owns a file descriptor: closed when the last one who might use the number lets go, so that no thread ever meets a
/// number that has been given to somebody else.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes ownership of an open descriptor.
    init(owning number: Int32) {
        self.number = number
    }

    deinit {
        closeDescriptor(number)
    }
}
