// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Where a connection's invalidation messages go, in answer to `CLIENT GETREDIR`.
@frozen public enum TrackingRedirection: RESPDecodable, Hashable, Sendable {
    /// Nowhere: it has not asked for any.
    case off
    /// To itself.
    case itself
    /// To another connection.
    case to(ClientID)

    /// Takes a number: -1, 0, or a connection's.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self =
            switch try reader.readInteger(as: Int64.self) {
            case ..<0: .off
            case 0: .itself
            case let number: .to(ClientID(rawValue: number))
            }
    }
}
