// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A place on earth, in degrees.
@frozen public struct GeoPosition: RESPDecodable, Hashable, Sendable {
    /// East of Greenwich; negative to the west.
    public var longitude: Double
    /// North of the equator; negative to the south. The server takes up to 85.05112878.
    public var latitude: Double

    /// A place from its coordinates.
    @inlinable
    public init(longitude: Double, latitude: Double) {
        self.longitude = longitude
        self.latitude = latitude
    }

    /// Takes an array of two: the longitude comes first.
    @inlinable
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        (longitude, latitude) = try reader.readPair()
    }
}

/// A member that was found near a place, with what was asked for besides.
public struct GeoMatch<Member: RESPDecodable & Sendable>: RESPDecodable, Sendable {
    /// The member.
    public var member: Member
    /// How far it is from the middle, in the unit of the question; nil if that was not asked for.
    public var distance: Double?
    /// Its place as a number of 52 bits; nil if that was not asked for.
    public var hash: UInt64?
    /// Its place; nil if that was not asked for.
    public var position: GeoPosition?

    /// Takes a member alone, or an array of it and what was asked for besides, told apart by their kinds.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        guard try reader.peekKind() == .array else {
            member = try reader.read()
            return
        }
        let count = try reader.readArrayHeader()
        guard count >= 1 else { throw RESPTypeMismatch(wanted: "a member", found: .count(count)) }
        member = try reader.readElement(0)
        for index in 1..<max(1, count) {
            switch try reader.peekKind() {
            case .array: position = try reader.readElement(index)
            case .integer: hash = try reader.readElement(index)
            default: distance = try reader.readElement(index)
            }
        }
    }
}

extension GeoMatch: Equatable where Member: Equatable {}
extension GeoMatch: Hashable where Member: Hashable {}
