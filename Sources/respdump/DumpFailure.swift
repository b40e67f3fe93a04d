// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Why a dump ends before its input does: a sentence for the user, with the offset if it is about bytes.
struct DumpFailure: Error {
    let message: String

    init(_ message: String) { self.message = message }

    /// The same, said of a file.
    func inFile(_ name: String) -> DumpFailure { DumpFailure("\(name): \(message)") }
}

extension DumpFailure {
    /// What the decoder found.
    init(_ error: RESPDecodingError) { message = "\(error)" }
}
