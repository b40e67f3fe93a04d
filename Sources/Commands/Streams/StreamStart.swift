// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Where in a stream to begin.
@frozen public enum StreamStart: Hashable, Sendable {
    /// With the first entry.
    case beginning
    /// With what is added from now on.
    case end
    /// Behind the entry with this identifier.
    case after(StreamID)

    /// As the server spells it.
    var id: String {
        switch self {
        case .beginning: "0-0"
        case .end: "$"
        case .after(let id): id.description
        }
    }
}
