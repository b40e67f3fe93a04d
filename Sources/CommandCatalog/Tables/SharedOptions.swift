// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Option types that several commands have in common, by one that has it: every other whose cases are the same uses it.
enum SharedOptions {
    static let table: [String: String] = [
        "BITCOUNT.Range": "BitRange", "BITCOUNT.EndUnit": "BitRangeEnd", "BITCOUNT.Unit": "BitRangeUnit",
        "COMMANDLOG.GET.Kind": "CommandLogKind", "EXPIRE.Condition": "ExpirationCondition",
        "FLUSHALL.FlushType": "FlushMode",
        "GEODIST.Unit": "GeoUnit", "GEORADIUS_STORE.Store": "GeoStore", "GEOSEARCH.Area": "GeoArea",
        "GEOSEARCH.Count": "GeoCount", "GEOSEARCH.From": "GeoOrigin",
        "LMOVE.Wherefrom": "ListSide", "MIGRATE.Authentication": "MigrationAuthentication",
        "MSETEX.Condition": "ExistenceCondition", "REPLICAOF.Args": "ReplicationSource",
        "SET.Condition": "SetCondition",
        "SORT.Limit": "PageLimit", "SORT.Order": "SortOrder", "RESTORE.Usage": "RestoredUsage",
        "ZADD.Condition": "ScoreCondition",
        "ZMPOP.Side": "ScoreEnd", "ZRANGESTORE.Sortby": "RangeOrder", "ZRANGE_WITHSCORES.Sortby": "ScoreOrder",
        "ZUNIONSTORE.Aggregate": "ScoreAggregate",
        "CLIENT.LIST.Skipme": "SkipSelf",
    ]
}
