// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What the server doesn't say of its commands, or says in a way that doesn't fit.
enum CommandFacts {
    /// Why there is to be no generated type for a command; nil for most.
    static func reasonToSkip(_ name: String, command: CatalogueCommand) -> String? {
        if connectionCommands.contains(name) { return "binds state to a connection: a ConnectionCommand" }
        if replication.contains(name) { return "turns the connection into a replication link" }
        if command.documentFlags?.contains("syscmd") == true { return "internal to the server" }
        if command.flags?.contains("asking") == true { return "internal to the server" }
        return nil
    }

    private static let connectionCommands: Set<String> = [
        "ASKING", "AUTH", "CLIENT CACHING", "CLIENT CAPA", "CLIENT IMPORT-SOURCE", "CLIENT NO-EVICT", "CLIENT NO-TOUCH",
        "CLIENT REPLY", "CLIENT SETINFO", "CLIENT SETNAME", "CLIENT TRACKING", "DISCARD", "EXEC", "HELLO", "MONITOR",
        "MULTI", "PSUBSCRIBE", "PUNSUBSCRIBE", "QUIT", "READONLY", "READWRITE", "RESET", "SCRIPT DEBUG", "SELECT",
        "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "UNSUBSCRIBE", "UNWATCH", "WATCH",
    ]

    private static let replication: Set<String> = ["SYNC", "PSYNC", "REPLCONF", "CLUSTER SYNCSLOTS"]

    /// Namespaces that are declared by hand.
    static let handWrittenNamespaces: Set<String> = ["CLIENT"]

    /// Arguments that decide the slot although they are no keys.
    static let routedAsKey: [String: Set<String>] = ["SPUBLISH": ["shardchannel"]]

    /// What `Value` is if the caller doesn't say: bytes, except where a script decides.
    static func defaultValueType(_ name: String) -> String { anyReply.contains(name) ? "RESPFrame" : "RESPBytes" }

    private static let anyReply: Set<String> = ["EVAL", "EVALSHA", "EVALSHA_RO", "EVAL_RO", "FCALL", "FCALL_RO"]

    /// What to use in place of what the server's documents deprecate.
    static let replacements: [String: String] = [
        "CLIENT KILL": "clientKill with a filter", "CLUSTER SLAVES": "clusterReplicas", "SLAVEOF": "replicaof",
    ]

    /// Method names that are easier to read than the rule's.
    static let methodNames: [String: String] = [
        "BITFIELD_RO": "bitfieldReadOnly", "CLUSTER COUNT-FAILURE-REPORTS": "clusterCountFailureReports",
        "CLUSTER COUNTKEYSINSLOT": "clusterCountKeysInSlot", "CLUSTER GETKEYSINSLOT": "clusterGetKeysInSlot",
        "CLUSTER KEYSLOT": "clusterKeySlot", "CLUSTER MYID": "clusterMyID", "CLUSTER MYSHARDID": "clusterMyShardID",
        "EVALSHA_RO": "evalshaReadOnly", "EVAL_RO": "evalReadOnly", "FCALL_RO": "fcallReadOnly",
        "GEORADIUSBYMEMBER_RO": "georadiusbymemberReadOnly", "GEORADIUS_RO": "georadiusReadOnly",
        "OBJECT IDLETIME": "objectIdleTime", "OBJECT REFCOUNT": "objectReferenceCount",
        "PUBSUB NUMPAT": "pubsubPatternCount", "PUBSUB NUMSUB": "pubsubSubscriberCounts",
        "PUBSUB SHARDCHANNELS": "pubsubShardChannels", "PUBSUB SHARDNUMSUB": "pubsubShardSubscriberCounts",
        "SORT_RO": "sortReadOnly",
    ]

    /// The server's policies, by what its tips say.
    static let policies: [String: String] = [
        "all_nodes": "allNodes", "all_shards": "allShards", "multi_shard": "multiShard", "special": "special",
        "one_succeeded": "oneSucceeded", "all_succeeded": "allSucceeded", "agg_logical_and": "logicalAnd",
        "agg_logical_or": "logicalOr", "agg_min": "minimum", "agg_max": "maximum", "agg_sum": "sum",
    ]

    /// What executing a command twice does. A write that nobody has thought about accumulates.
    static func idempotency(_ name: String, isReadOnly: Bool) -> String {
        if isReadOnly || harmless.contains(name) { return "readOnly" }
        return idempotent.contains(name) ? "idempotent" : "accumulating"
    }

    /// Changes nothing, although the server doesn't flag it as reading the data set.
    private static let harmless: Set<String> = [
        "ACL CAT", "ACL DRYRUN", "ACL GETUSER", "ACL LIST", "ACL USERS", "ACL WHOAMI", "CLIENT GETNAME",
        "CLIENT GETREDIR", "CLIENT ID", "CLIENT INFO", "CLIENT LIST", "CLIENT TRACKINGINFO",
        "CLUSTER COUNT-FAILURE-REPORTS", "CLUSTER COUNTKEYSINSLOT", "CLUSTER GETKEYSINSLOT",
        "CLUSTER GETSLOTMIGRATIONS", "CLUSTER INFO", "CLUSTER KEYSLOT", "CLUSTER LINKS", "CLUSTER MYID",
        "CLUSTER MYSHARDID", "CLUSTER NODES", "CLUSTER REPLICAS", "CLUSTER SHARDS", "CLUSTER SLAVES", "CLUSTER SLOTS",
        "CLUSTER SLOT-STATS", "COMMAND COUNT", "COMMAND DOCS", "COMMAND GETKEYS", "COMMAND GETKEYSANDFLAGS",
        "COMMAND INFO", "COMMAND LIST", "COMMANDLOG GET", "COMMANDLOG LEN", "CONFIG GET", "ECHO", "FUNCTION DUMP",
        "FUNCTION LIST", "FUNCTION STATS", "INFO", "LASTSAVE", "LATENCY DOCTOR", "LATENCY GRAPH", "LATENCY HISTOGRAM",
        "LATENCY HISTORY", "LATENCY LATEST", "LOLWUT", "MEMORY DOCTOR", "MEMORY MALLOC-STATS", "MEMORY STATS",
        "MODULE LIST", "PING", "PUBSUB CHANNELS", "PUBSUB NUMPAT", "PUBSUB NUMSUB", "PUBSUB SHARDCHANNELS",
        "PUBSUB SHARDNUMSUB", "ROLE", "SCRIPT EXISTS", "SCRIPT SHOW", "SLOWLOG GET", "SLOWLOG LEN", "TIME",
    ]

    /// Twice leaves the data as once does.
    private static let idempotent: Set<String> = [
        "ACL DELUSER", "ACL LOAD", "ACL SAVE", "ACL SETUSER", "BITOP", "CLUSTER FORGET", "CLUSTER MEET",
        "CLUSTER REPLICATE", "CLUSTER SETSLOT", "CONFIG RESETSTAT", "CONFIG REWRITE", "CONFIG SET", "COPY", "DEL",
        "DELIFEQ", "EXPIRE", "EXPIREAT", "FLUSHALL", "FLUSHDB", "FUNCTION DELETE", "FUNCTION FLUSH", "FUNCTION LOAD",
        "GEOADD", "GEOSEARCHSTORE", "GETEX", "HDEL", "HEXPIRE", "HEXPIREAT", "HGETEX", "HMSET", "HPERSIST", "HPEXPIRE",
        "HPEXPIREAT", "HSET", "HSETEX", "HSETNX", "LSET", "LTRIM", "MSET", "MSETEX", "MSETNX", "PERSIST", "PEXPIRE",
        "PEXPIREAT", "PFADD", "PFMERGE", "PSETEX", "REPLICAOF", "RESTORE", "SADD", "SCRIPT FLUSH", "SCRIPT LOAD",
        "SDIFFSTORE", "SET", "SETBIT", "SETEX", "SETNX", "SETRANGE", "SINTERSTORE", "SORT", "SREM", "SUNIONSTORE",
        "TOUCH", "UNLINK", "WAIT", "WAITAOF", "XACK", "XDEL", "XGROUP CREATE", "XGROUP CREATECONSUMER",
        "XGROUP DESTROY",
        "XGROUP SETID", "XTRIM", "ZADD", "ZDIFFSTORE", "ZINTERSTORE", "ZRANGESTORE", "ZREM", "ZREMRANGEBYLEX",
        "ZREMRANGEBYRANK", "ZREMRANGEBYSCORE", "ZUNIONSTORE",
    ]

    /// Every name that a table here has.
    static var allNames: Set<String> {
        connectionCommands.union(replication).union(routedAsKey.keys)
            .union(methodNames.keys).union(replacements.keys).union(anyReply).union(harmless).union(idempotent)
    }
}
