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
                reply: "Double?", idempotency: "accumulating"),
        ],
        "ZRANK": ranked("ZRANK", "zrank"),
        "ZREVRANK": ranked("ZREVRANK", "zrevrank"),
        "ZRANGE": scored("ZRANGE", "zrange"),
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
        "GEOSEARCH": [Variant(without: ["WITHCOORD", "WITHDIST", "WITHHASH"])],
    ]

    private static func counted(_ type: String, _ method: String, many: String) -> [Variant] {
        [
            Variant(without: ["count"]),
            Variant(typeName: "\(type)_COUNT", methodName: method, with: ["count"], reply: many),
        ]
    }

    private static func scored(_ type: String, _ method: String) -> [Variant] {
        [
            Variant(without: ["WITHSCORES"]),
            Variant(
                typeName: "\(type)_WITHSCORES", methodName: "\(method)WithScores", with: ["WITHSCORES"],
                reply: "[ScoredMember<Value>]"),
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
