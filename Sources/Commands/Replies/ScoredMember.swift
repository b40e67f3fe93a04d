// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A member of a sorted set with its score.
@frozen public struct ScoredMember<Member: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// The member.
    public var member: Member
    /// Its score.
    public var score: Double

    /// A member with a score.
    @inlinable
    public init(_ member: Member, score: Double) {
        self.member = member
        self.score = score
    }

    /// Takes an array of two.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (member, score) = try reader.readPair()
    }

    /// Takes an array of arrays of two (RESP3), or members and scores in turn (RESP2, and RESP3 for a single one).
    @inlinable
    public static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [Self] {
        try reader.readPairs { (member: Member, score: Double) in Self(member, score: score) }
    }
}

extension ScoredMember: Equatable where Member: Equatable {}
extension ScoredMember: Hashable where Member: Hashable {}

/// The rank of a member of a sorted set, from 0, with its score.
@frozen public struct RankAndScore: RESPDecodable, Hashable, Sendable {
    /// The rank, from 0.
    public var rank: Int
    /// The score.
    public var score: Double

    /// A rank with a score.
    @inlinable
    public init(rank: Int, score: Double) {
        self.rank = rank
        self.score = score
    }

    /// Takes an array of two.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (rank, score) = try reader.readPair()
    }
}
