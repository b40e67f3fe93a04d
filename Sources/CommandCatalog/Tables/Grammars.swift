// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Grammars of our own where the server's own says the same in a form that makes no good Swift: repeated blocks with
/// their words, options inside of alternatives, and options that it refuses together. They take and send the same.
enum Grammars {
    static let table: [String: [CatalogueArgument]] = [
        "BITFIELD": [key, repeated("operation", optional: true, [get, overflow, set, incrby])],
        "BITFIELD_RO": [key, repeated("operation", optional: true, [get])],
        "CLUSTER MIGRATESLOTS": [repeated("migration", [migration])],
        "RESTORE": [
            key, CatalogueArgument(name: "ttl", type: "integer"),
            CatalogueArgument(name: "serialized-value", type: "string"), optional("REPLACE"), optional("ABSTTL"),
            either(
                "usage",
                [
                    CatalogueArgument(name: "seconds", type: "integer", token: "IDLETIME"),
                    CatalogueArgument(name: "frequency", type: "integer", token: "FREQ"),
                ]),
        ],
        "ZADD": [
            key,
            either(
                "condition",
                [word("NX"), word("XX"), word("GT"), word("LT")]
                    + ["GT", "LT"].map { block("xx-\($0)", nil, [word("XX"), word($0)]) }),
            CatalogueArgument(name: "change", type: "pure-token", token: "CH", flags: ["optional"]),
            CatalogueArgument(name: "increment", type: "pure-token", token: "INCR", flags: ["optional"]),
            CatalogueArgument(
                name: "data", type: "block", flags: ["multiple"],
                arguments: [
                    CatalogueArgument(name: "score", type: "double"), CatalogueArgument(name: "member", type: "string"),
                ]),
        ],
        // From a place or a member, unless it is a polygon.
        "GEOSEARCH": [key, area, order, count, optional("WITHCOORD"), optional("WITHDIST"), optional("WITHHASH")],
        "GEOSEARCHSTORE": [
            CatalogueArgument(name: "destination", type: "key"), CatalogueArgument(name: "source", type: "key"), area,
            order, count, optional("STOREDIST"),
        ],
        // By rank there are no pages.
        "ZRANGE": [
            key, CatalogueArgument(name: "start", type: "string"), CatalogueArgument(name: "stop", type: "string"),
            sortby,
            optional("REV"), optional("WITHSCORES"),
        ],
        "ZRANGESTORE": [
            CatalogueArgument(name: "dst", type: "key"), CatalogueArgument(name: "src", type: "key"),
            CatalogueArgument(name: "min", type: "string"), CatalogueArgument(name: "max", type: "string"), sortby,
            optional("REV"),
        ],
        "MODULE LOADEX": [
            CatalogueArgument(name: "path", type: "string"), repeated("config", optional: true, [configuration]),
            CatalogueArgument(name: "args", type: "string", token: "ARGS", flags: ["multiple", "optional"]),
        ],
    ]

    /// Options of which a call has at most one.
    private static func either(_ name: String, _ alternatives: [CatalogueArgument]) -> CatalogueArgument {
        CatalogueArgument(name: name, type: "oneof", flags: ["optional"], arguments: alternatives)
    }

    private static func optional(_ token: String) -> CatalogueArgument {
        CatalogueArgument(name: token, type: "pure-token", token: token, flags: ["optional"])
    }

    private static func repeated(
        _ name: String, optional: Bool = false, _ alternatives: [CatalogueArgument]
    ) -> CatalogueArgument {
        CatalogueArgument(
            name: name, type: "oneof", flags: optional ? ["multiple", "optional"] : ["multiple"],
            arguments: alternatives)
    }

    private static func block(_ name: String, _ token: String?, _ parts: [CatalogueArgument]) -> CatalogueArgument {
        CatalogueArgument(name: name, type: "block", token: token, arguments: parts)
    }

    private static func word(_ token: String) -> CatalogueArgument {
        CatalogueArgument(name: token.lowercased(), type: "pure-token", token: token)
    }

    private static let key = CatalogueArgument(name: "key", type: "key")

    // MARK: BITFIELD

    private static let encoding = CatalogueArgument(name: "encoding", type: "string")
    /// A string, since `#2` counts in fields of the encoding's width.
    private static let offset = CatalogueArgument(name: "offset", type: "string")
    private static let get = block("get", "GET", [encoding, offset])
    private static let set = block(
        "set", "SET", [encoding, offset, CatalogueArgument(name: "value", type: "integer")])
    private static let incrby = block(
        "incrby", "INCRBY", [encoding, offset, CatalogueArgument(name: "increment", type: "integer")])
    /// It holds for all writes behind it, up to the next one.
    private static let overflow = CatalogueArgument(
        name: "overflow", type: "oneof", token: "OVERFLOW", arguments: [word("WRAP"), word("SAT"), word("FAIL")])

    // MARK: GEOSEARCH

    private static let area = CatalogueArgument(
        name: "area", type: "oneof",
        arguments: [
            block("circle", nil, [from, CatalogueArgument(name: "radius", type: "double", token: "BYRADIUS"), unit]),
            block(
                "box", nil,
                [
                    from, CatalogueArgument(name: "width", type: "double", token: "BYBOX"),
                    CatalogueArgument(name: "height", type: "double"), unit,
                ]),
            block(
                "polygon", nil,
                [
                    CatalogueArgument(name: "num-vertices", type: "integer", token: "BYPOLYGON"),
                    CatalogueArgument(name: "vertices", type: "block", flags: ["multiple"], arguments: place),
                ]),
        ])
    private static let from = CatalogueArgument(
        name: "from", type: "oneof",
        arguments: [
            CatalogueArgument(name: "member", type: "string", token: "FROMMEMBER"),
            block("position", "FROMLONLAT", place),
        ])
    private static let place = ["longitude", "latitude"].map { CatalogueArgument(name: $0, type: "double") }
    private static let unit = CatalogueArgument(
        name: "unit", type: "oneof", arguments: [word("M"), word("KM"), word("FT"), word("MI")])
    private static let order = either("order", [word("ASC"), word("DESC")])
    private static let count = CatalogueArgument(
        name: "count-block", type: "block", flags: ["optional"],
        arguments: [CatalogueArgument(name: "count", type: "integer", token: "COUNT"), optional("ANY")])

    // MARK: Others

    private static let sortby = either(
        "sortby",
        [word("BYSCORE"), word("BYLEX")] + ["BYSCORE", "BYLEX"].map { block("\($0)-limit", nil, [word($0)] + limit) })
    private static let limit =
        [word("LIMIT")] + ["offset", "count"].map { CatalogueArgument(name: $0, type: "integer") }

    private static let migration = block(
        "ranges", nil,
        [
            word("SLOTSRANGE"),
            CatalogueArgument(
                name: "range", type: "block", flags: ["multiple"],
                arguments: [
                    CatalogueArgument(name: "start-slot", type: "integer"),
                    CatalogueArgument(name: "end-slot", type: "integer"),
                ]),
            word("NODE"), CatalogueArgument(name: "node-id", type: "string"),
        ])

    private static let configuration = block(
        "config", "CONFIG",
        [CatalogueArgument(name: "name", type: "string"), CatalogueArgument(name: "value", type: "string")])
}
