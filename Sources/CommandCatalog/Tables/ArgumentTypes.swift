// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How arguments are kept, where the server's type says too little.
enum ArgumentTypes {
    /// Better names, by the server's.
    static let names: [String: String] = [
        "where": "side", "arg": "argument", "operator": "precision", "new-format": "filter",
        "old-format": "address", "id-selector": "id", "unix-time-seconds": "time", "unix-time-milliseconds": "time",
    ]

    /// The type of one value.
    static func scalar(_ argument: CatalogueArgument) -> Parameter.Scalar {
        switch (argument.type, argument.name) {
        case ("integer", "seconds"), ("integer", "maxage"), ("integer", "idle"): .seconds
        case ("integer", "milliseconds"), ("integer", "ms"), ("integer", "timeout"), ("integer", "ttl"),
            (_, "min-idle-time"):
            .milliseconds
        case (_, "unix-time-seconds"): .unixSeconds
        case (_, "unix-time-milliseconds"): .unixMilliseconds
        case ("integer", "slot"), ("integer", "start-slot"), ("integer", "end-slot"): .slot
        case ("double", "timeout"): .fractionalSeconds
        case ("integer", "cursor"): .cursor
        case (_, "node-id"): .value("ClusterNodeID")
        case ("integer", "client-id"), ("integer", "not-client-id"): .value("ClientID")
        // "(1.5" and "-inf" are bounds too.
        case ("double", "min"), ("double", "max"): .bulk
        // The documents call them integers; the server reads fractions.
        case ("integer", "weight"): .double
        case ("integer", _): .integer
        case ("double", _): .double
        default: .bulk
        }
    }

    /// Types of arguments of one word that mean something of their own in a command, by its name and theirs.
    static let byCommand: [String: [String: Parameter.Scalar]] = [
        "CLUSTER SETSLOT": ["importing": node, "migrating": node, "node": node],
        "CLUSTERSCAN": ["cursor": .value("ClusterScanCursor")],
        "XACK": ["id": id], "XADD": ["id-selector": .value("NewStreamID")], "XAUTOCLAIM": ["start": id],
        "XCLAIM": ["id": id, "lastid": id], "XDEL": ["id": id],
        "XGROUP CREATE": ["id-selector": start], "XGROUP SETID": ["id-selector": start],
        "XPENDING": ["start": bound, "end": bound], "XRANGE": ["start": bound, "end": bound],
        "XREAD": ["id": start], "XREADGROUP": ["id": .value("StreamGroupPosition")],
        "XREVRANGE": ["start": bound, "end": bound], "XSETID": ["last-id": id, "max-deleted-id": id],
        // The documents call it an integer.
        "ZINCRBY": ["increment": .double],
    ]

    private static let node = Parameter.Scalar.value("ClusterNodeID")
    private static let id = Parameter.Scalar.value("StreamID")
    private static let start = Parameter.Scalar.value("StreamStart")
    private static let bound = Parameter.Scalar.value("StreamBound")

    /// A hand-written type for alternatives, or for options together.
    static func handWritten(_ argument: CatalogueArgument) -> String? {
        let names = (argument.arguments ?? []).map(\.name)
        let times = ["seconds", "milliseconds", "unix-time-seconds", "unix-time-milliseconds"]
        if names == times + ["keepttl"] { return "Expiration" }
        if names == times + ["persist"] { return "ExpirationChange" }
        if names == ["strategy", "operator", "threshold", "count"] { return "StreamTrim" }
        return nil
    }
}
