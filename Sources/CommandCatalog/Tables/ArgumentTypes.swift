// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How arguments are kept, where the server's type says too little.
enum ArgumentTypes {
    /// Better names, by the server's.
    static let names: [String: String] = [
        "where": "side", "arg": "argument", "operator": "precision", "new-format": "filter",
        "old-format": "address",
    ]

    /// The type of one value.
    static func scalar(_ argument: CatalogueArgument) -> Parameter.Scalar {
        switch (argument.type, argument.name) {
        case ("integer", "seconds"): .seconds
        case ("integer", "milliseconds"), ("integer", "ms"), ("integer", "timeout"), (_, "min-idle-time"): .milliseconds
        case ("double", "timeout"): .fractionalSeconds
        case ("integer", "cursor"): .cursor
        // "(1.5" and "-inf" are bounds too.
        case ("double", "min"), ("double", "max"): .bulk
        case ("integer", _), ("unix-time", _): .integer
        case ("double", _): .double
        default: .bulk
        }
    }

    /// A hand-written type for alternatives that several commands share.
    static func sharedChoice(_ argument: CatalogueArgument) -> String? {
        let names = (argument.arguments ?? []).map(\.name)
        let times = ["seconds", "milliseconds", "unix-time-seconds", "unix-time-milliseconds"]
        if names == times + ["keepttl"] { return "Expiration" }
        if names == times + ["persist"] { return "ExpirationChange" }
        return nil
    }
}
