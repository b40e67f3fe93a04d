// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What `BLPOP` and `BRPOP` took, and from where.
@frozen public struct PoppedElement<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// The key of the list.
    public var key: RESPBytes
    /// The element.
    public var element: Value

    /// Takes an array of two.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (key, element) = try reader.readPair()
    }
}

/// What `LMPOP` and `BLMPOP` took, and from where.
@frozen public struct PoppedElements<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// The key of the list.
    public var key: RESPBytes
    /// The elements, at least one.
    public var elements: [Value]

    /// Takes an array of two.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (key, elements) = try reader.readPair()
    }
}

/// What `BZPOPMIN` and `BZPOPMAX` took, and from where.
@frozen public struct PoppedScoredMember<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// The key of the sorted set.
    public var key: RESPBytes
    /// The member.
    public var member: Value
    /// Its score.
    public var score: Double

    /// Takes an array of three.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readArrayHeader(count: 3)
        key = try reader.readElement(0)
        member = try reader.readElement(1)
        score = try reader.readElement(2)
    }
}

/// What `ZMPOP` and `BZMPOP` took, and from where.
@frozen public struct PoppedScoredMembers<Value: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// The key of the sorted set.
    public var key: RESPBytes
    /// The members, at least one.
    public var members: [ScoredMember<Value>]

    /// Takes an array of two.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (key, members) = try reader.readPair()
    }
}

extension PoppedElement: Equatable where Value: Equatable {}
extension PoppedElements: Equatable where Value: Equatable {}
extension PoppedScoredMember: Equatable where Value: Equatable {}
extension PoppedScoredMembers: Equatable where Value: Equatable {}
