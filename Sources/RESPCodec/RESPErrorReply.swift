// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// An error type that stands for the server's error replies, so that `Result<Value, Self>` can be decoded: either a value,
/// or the error that the server sent in its place. That is what the elements of an `EXEC` are.
///
/// ```swift
/// struct Refusal: RESPErrorReply {
///     var message: String
/// }
/// let results = try frame.decode(as: [Result<Int, Refusal>].self)
/// ```
public protocol RESPErrorReply: Error {
    /// The error of this text, whose first word is its code.
    init(message: String)
}

extension Result: RESPDecodable where Success: RESPDecodable, Failure: RESPErrorReply {
    /// Takes an error as a failure, anything else as `Success`.
    ///
    /// - Throws: `RESPTypeMismatch` if it is neither. An error *inside* a value is a mismatch as well.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        if let message = reader.readErrorMessage() {
            self = .failure(Failure(message: message))
        } else {
            self = .success(try Success(from: &reader))
        }
    }
}
