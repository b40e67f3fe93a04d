// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Foundation
internal import ValkeyToolkit

/// A `Codable` value that is kept on the server as JSON. It is all that a bridge to another format takes: a type that is
/// made of a reply's bytes, and turns into an argument's.
struct JSON<Value: Codable & Sendable>: RESPDecodable, BulkStringConvertible {
    /// The value.
    let value: Value
    /// What is sent of it.
    let bulkString: BulkString

    /// A value to be sent. It is encoded here, where an error can be thrown, and once, however often it is sent.
    init(_ value: Value) throws {
        self.value = value
        bulkString = .bytes(Array(try JSONEncoder().encode(value)))
    }

    /// Takes JSON of such a value; anything else is an error like any reply of another type.
    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let bytes = try RESPBytes(from: &reader)
        bulkString = .received(bytes)
        do {
            value = try JSONDecoder().decode(Value.self, from: Data([UInt8](bytes)))
        } catch {
            throw RESPTypeMismatch(wanted: "JSON of a \(Value.self)", found: .text(String(bytes)))
        }
    }
}
