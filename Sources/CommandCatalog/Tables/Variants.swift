// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The commands that have several Swift forms, or one with something left out, because an option changes the reply's shape.
enum Variants {
    static let table: [String: [Variant]] = [
        "SET": [
            Variant(without: ["get"], summary: "Sets a string, whatever the key held before."),
            Variant(
                typeName: "SET_GET", methodName: "setReturningPrevious", with: ["get"], reply: "Value?",
                summary: "Sets a string and returns what the key held before; nil also if it did not exist.",
                idempotency: "accumulating"),
        ],
        "LCS": [
            Variant(without: ["LEN", "IDX", "MINMATCHLEN", "WITHMATCHLEN"]),
            Variant(
                typeName: "LCS_LEN", methodName: "lcsLength", without: ["IDX", "MINMATCHLEN", "WITHMATCHLEN"],
                with: ["LEN"], reply: "Int"),
            Variant(
                typeName: "LCS_IDX", methodName: "lcsMatches", without: ["LEN"], with: ["IDX"], reply: "LCSMatches"),
        ],
        "LPOP": counted("LPOP", "lpop", many: "[Value]?"),
        "RPOP": counted("RPOP", "rpop", many: "[Value]?"),
        "SPOP": counted("SPOP", "spop", many: "[Value]"),
        "SRANDMEMBER": counted("SRANDMEMBER", "srandmember", many: "[Value]"),
        "HRANDFIELD": [
            Variant(without: ["count", "WITHVALUES"]),
            Variant(
                typeName: "HRANDFIELD_COUNT", methodName: "hrandfield", without: ["WITHVALUES"],
                with: ["options", "count"], reply: "[Value]"),
            Variant(
                typeName: "HRANDFIELD_WITHVALUES", methodName: "hrandfieldWithValues",
                with: ["options", "count", "WITHVALUES"], reply: "[HashField<Value>]"),
        ],
        "ZRANDMEMBER": [
            Variant(without: ["count", "WITHSCORES"]),
            Variant(
                typeName: "ZRANDMEMBER_COUNT", methodName: "zrandmember", without: ["WITHSCORES"],
                with: ["options", "count"], reply: "[Value]"),
            Variant(
                typeName: "ZRANDMEMBER_WITHSCORES", methodName: "zrandmemberWithScores",
                with: ["options", "count", "WITHSCORES"], reply: "[ScoredMember<Value>]"),
        ],
        "LPOS": [
            Variant(without: ["COUNT"]),
            Variant(typeName: "LPOS_COUNT", methodName: "lposAll", with: ["COUNT"], reply: "[Int]"),
        ],
        "HSCAN": [
            Variant(without: ["NOVALUES"]),
            Variant(
                typeName: "HSCAN_NOVALUES", methodName: "hscanFields", with: ["NOVALUES"], reply: "ScanPage<Value>"),
        ],
        "ZSCAN": [
            Variant(without: ["NOSCORES"]),
            Variant(
                typeName: "ZSCAN_NOSCORES", methodName: "zscanMembers", with: ["NOSCORES"], reply: "ScanPage<Value>"),
        ],
        "ZADD": [
            Variant(without: ["INCR"]),
            Variant(
                typeName: "ZADD_INCR", methodName: "zaddIncrementing", without: ["CH"], with: ["INCR"],
                once: ["data"],
                reply: "Double?", idempotency: "accumulating"),
        ],
        "ZRANK": ranked("ZRANK", "zrank"),
        "ZREVRANK": ranked("ZREVRANK", "zrevrank"),
        // By name, all scores are equal, and the server gives none.
        "ZRANGE": scored("ZRANGE", "zrange", without: ["BYLEX", "BYLEX-limit"]),
        "ZRANGEBYSCORE": scored("ZRANGEBYSCORE", "zrangebyscore"),
        "ZREVRANGE": scored("ZREVRANGE", "zrevrange"),
        "ZREVRANGEBYSCORE": scored("ZREVRANGEBYSCORE", "zrevrangebyscore"),
        "ZUNION": scored("ZUNION", "zunion"),
        "ZINTER": scored("ZINTER", "zinter"),
        "ZDIFF": scored("ZDIFF", "zdiff"),
        "SORT": [
            Variant(without: ["STORE"]),
            Variant(typeName: "SORT_STORE", methodName: "sortStore", with: ["STORE"], reply: "Int"),
        ],
        "GEOSEARCH": located("GEOSEARCH", "geosearch"),
        "GEORADIUS": located("GEORADIUS", "georadius", isStoring: true),
        "GEORADIUSBYMEMBER": located("GEORADIUSBYMEMBER", "georadiusbymember", isStoring: true),
        "GEORADIUS_RO": located("GEORADIUS_RO", "georadiusReadOnly"),
        "GEORADIUSBYMEMBER_RO": located("GEORADIUSBYMEMBER_RO", "georadiusbymemberReadOnly"),
        "XAUTOCLAIM": [
            Variant(without: ["JUSTID"]),
            Variant(
                typeName: "XAUTOCLAIM_JUSTID", methodName: "xautoclaimIDs", with: ["JUSTID"],
                reply: "StreamClaimedIDs"),
        ],
        "XCLAIM": [
            Variant(without: ["JUSTID"]),
            Variant(typeName: "XCLAIM_JUSTID", methodName: "xclaimIDs", with: ["JUSTID"], reply: "[StreamID]"),
        ],
        "XPENDING": [
            Variant(without: ["filters"]),
            Variant(
                typeName: "XPENDING_RANGE", methodName: "xpendingEntries", with: ["filters"], reply: "[PendingEntry]"),
        ],
        "XINFO STREAM": [
            Variant(without: ["full-block"]),
            Variant(
                typeName: "STREAM_FULL", methodName: "xinfoStreamFull", with: ["full-block"],
                reply: "StreamDetails<Value>"),
        ],
        "ACL LOG": [
            Variant(without: ["RESET"]),
            Variant(
                typeName: "LOG_RESET", methodName: "aclLogReset", without: ["count"], with: ["operation"], reply: "OK",
                idempotency: "idempotent"),
        ],
        "CLIENT KILL": [
            Variant(without: ["old-format"]),
            Variant(
                typeName: "KILL_ADDRESS", methodName: "clientKillAddress", without: ["new-format"], reply: "OK",
                deprecatedSince: "2.8.12"),
        ],
        "CLUSTER SLOT-STATS": [
            Variant(without: ["orderby"]),
            Variant(typeName: "SLOT_STATS_ORDERBY", methodName: "clusterSlotStatsOrdered", without: ["slotsrange"]),
        ],
        "MIGRATE": [
            Variant(without: ["empty-string", "keys"]),
            Variant(
                typeName: "MIGRATE_KEYS", methodName: "migrateKeys", without: ["key"], with: ["keys"]),
        ],
        "FAILOVER": [
            Variant(without: ["ABORT"]),
            Variant(
                typeName: "FAILOVER_ABORT", methodName: "failoverAbort", without: ["TO", "TIMEOUT"], with: ["ABORT"]),
        ],
        "RESTORE": [
            Variant(without: ["ABSTTL"]),
            Variant(
                typeName: "RESTORE_ABSTTL", methodName: "restoreUntil", with: ["ABSTTL"],
                renamed: ["ttl": "unix-time-milliseconds"]),
        ],
        "SHUTDOWN": [
            Variant(without: ["abort"]),
            Variant(
                typeName: "SHUTDOWN_ABORT", methodName: "shutdownAbort", without: ["save-selector-block"],
                with: ["abort-selector"], reply: "OK"),
        ],
    ]

    private static func counted(_ type: String, _ method: String, many: String) -> [Variant] {
        [
            Variant(without: ["count"]),
            Variant(typeName: "\(type)_COUNT", methodName: method, with: ["count"], reply: many),
        ]
    }

    private static func located(_ type: String, _ method: String, isStoring: Bool = false) -> [Variant] {
        let details: Set<String> = ["WITHCOORD", "WITHDIST", "WITHHASH"]
        let reading = [
            Variant(without: details.union(["store"]), isReadOnly: isStoring ? true : nil),
            Variant(
                typeName: "\(type)_WITH", methodName: "\(method)WithDetails", without: ["store"],
                reply: "[GeoMatch<Value>]", isReadOnly: isStoring ? true : nil),
        ]
        guard isStoring else { return reading }
        return reading + [
            Variant(
                typeName: "\(type)_STORE", methodName: "\(method)Store", without: details, with: ["store"],
                reply: "Int", idempotency: "idempotent")
        ]
    }

    private static func scored(_ type: String, _ method: String, without: Set<String> = []) -> [Variant] {
        [
            Variant(without: ["WITHSCORES"]),
            Variant(
                typeName: "\(type)_WITHSCORES", methodName: "\(method)WithScores", without: without,
                with: ["WITHSCORES"], reply: "[ScoredMember<Value>]"),
        ]
    }

    private static func ranked(_ type: String, _ method: String) -> [Variant] {
        [
            Variant(without: ["WITHSCORE"]),
            Variant(
                typeName: "\(type)_WITHSCORE", methodName: "\(method)WithScore", with: ["WITHSCORE"],
                reply: "RankAndScore?"),
        ]
    }
}
