// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A value with the attributes that stand before it: what the server says *about* the value, such as how popular a key is.
///
/// Wherever a type is decoded, it may be wrapped in this; other types pass attributes over.
///
/// ```swift
/// let frame = try RESPFrame(encoded: Array("*2\r\n:1\r\n|1\r\n+ttl\r\n:3600\r\n:2\r\n".utf8))
/// let values = try frame.decode(as: [RESPAttributed<Int>].self)
/// try values[1].attribute("ttl", as: Int.self)   // 3600
/// ```
public struct RESPAttributed<Value> {
    /// The value.
    public var value: Value
    /// What is said about it, in the order received; of all attributes, if several stand before it.
    public var attributes: RESPPairs<RESPBytes, RESPFrame>

    /// A value with its attributes.
    public init(_ value: Value, attributes: RESPPairs<RESPBytes, RESPFrame> = [:]) {
        self.value = value
        self.attributes = attributes
    }

    /// What the first attribute of this name says; nil if there is none.
    ///
    /// - Throws: `RESPTypeMismatch` if it isn't such a value.
    public func attribute<Attribute: RESPDecodable>(
        _ name: RESPBytes, as type: Attribute.Type = Attribute.self
    ) throws(RESPTypeMismatch) -> Attribute? {
        guard let frame = attributes.value(forKey: name) else { return nil }
        do throws(RESPTypeMismatch) {
            return try frame.decode(as: Attribute.self)
        } catch {
            throw error.inside(.key(String(name)))
        }
    }
}

extension RESPAttributed: RESPDecodable where Value: RESPDecodable {
    /// Takes the attributes that stand here, if any, and the value behind them.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        attributes = try reader.readAttributes()
        value = try Value(from: &reader)
    }
}

extension RESPAttributed: Sendable where Value: Sendable {}
extension RESPAttributed: Equatable where Value: Equatable {}
extension RESPAttributed: Hashable where Value: Hashable {}
