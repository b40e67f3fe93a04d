// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The reply types, which no server tells: written by hand. `Value` is what the caller asks for, bytes by default.
///
/// Keys of a dictionary that users name are bytes: texts that are different bytes may be equal to Swift (é has two forms),
/// and bytes that are no text would all become the same one. Then fields would be lost.
///
/// A command that is not here returns the frame as it came, honestly untyped. Each type takes both protocol versions.
enum Replies {
    static let table: [String: String] = strings.merging(generic, uniquingKeysWith: { $1 })
        .merging(hashes, uniquingKeysWith: { $1 })
        .merging(listsAndSets, uniquingKeysWith: { $1 })
        .merging(sortedSets, uniquingKeysWith: { $1 })
        .merging(servers, uniquingKeysWith: { $1 })
        .merging(streamsAndMore, uniquingKeysWith: { $1 })

    /// The type of a command's reply. Those for people are lines of text.
    static func type(of command: String) -> String {
        table[command] ?? (command.hasSuffix(" HELP") ? "[String]" : "RESPFrame")
    }

    private static let strings: [String: String] = [
        "APPEND": "Int", "DECR": "Int", "DECRBY": "Int", "DELIFEQ": "Bool", "GET": "Value?", "GETDEL": "Value?",
        "GETEX": "Value?", "GETRANGE": "Value", "GETSET": "Value?", "INCR": "Int", "INCRBY": "Int",
        "INCRBYFLOAT": "Double", "LCS": "Value", "MGET": "[Value?]", "MSET": "OK", "MSETEX": "Bool", "MSETNX": "Bool",
        "PSETEX": "OK", "SET": "SetReply", "SETEX": "OK", "SETNX": "Bool", "SETRANGE": "Int", "STRLEN": "Int",
        "SUBSTR": "Value",
    ]

    private static let generic: [String: String] = [
        "COPY": "Bool", "DEL": "Int", "DUMP": "RESPBytes?", "EXISTS": "Int", "EXPIRE": "Bool", "EXPIREAT": "Bool",
        "EXPIRETIME": "ExpirationTime<WholeSeconds>", "KEYS": "[Value]", "MIGRATE": "String", "MOVE": "Bool",
        "OBJECT ENCODING": "String?",
        "OBJECT FREQ": "Int?", "OBJECT IDLETIME": "WholeSeconds?", "OBJECT REFCOUNT": "Int?", "PERSIST": "Bool",
        "PEXPIRE": "Bool", "PEXPIREAT": "Bool", "PEXPIRETIME": "ExpirationTime<WholeMilliseconds>",
        "PTTL": "TimeToLive<WholeMilliseconds>", "RANDOMKEY": "Value?",
        "RENAME": "OK", "RENAMENX": "Bool", "RESTORE": "OK", "SCAN": "ScanPage<Value>", "SORT": "[Value?]",
        "SORT_RO": "[Value?]", "TOUCH": "Int", "TTL": "TimeToLive<WholeSeconds>", "TYPE": "String", "UNLINK": "Int",
        "WAIT": "Int",
        "WAITAOF": "DurableWrites",
    ]

    private static let hashes: [String: String] = [
        "HDEL": "Int", "HEXISTS": "Bool", "HEXPIRE": "[FieldExpiration]", "HEXPIREAT": "[FieldExpiration]",
        "HEXPIRETIME": "[ExpirationTime<WholeSeconds>]", "HGET": "Value?", "HGETALL": "[RESPBytes: Value]",
        "HGETDEL": "[Value?]", "HGETEX": "[Value?]", "HINCRBY": "Int",
        "HINCRBYFLOAT": "Double", "HKEYS": "[Value]", "HLEN": "Int", "HMGET": "[Value?]", "HMSET": "OK",
        "HPERSIST": "[FieldPersistence]", "HPEXPIRE": "[FieldExpiration]", "HPEXPIREAT": "[FieldExpiration]",
        "HPEXPIRETIME": "[ExpirationTime<WholeMilliseconds>]", "HPTTL": "[TimeToLive<WholeMilliseconds>]",
        "HRANDFIELD": "Value?", "HSCAN": "HashScanPage<Value>", "HSET": "Int", "HSETEX": "Bool", "HSETNX": "Bool",
        "HSTRLEN": "Int", "HTTL": "[TimeToLive<WholeSeconds>]", "HVALS": "[Value]",
    ]

    private static let listsAndSets: [String: String] = [
        "BLMOVE": "Value?", "BLMPOP": "PoppedElements<Value>?", "BLPOP": "PoppedElement<Value>?",
        "BRPOP": "PoppedElement<Value>?", "BRPOPLPUSH": "Value?", "LINDEX": "Value?", "LINSERT": "Int", "LLEN": "Int",
        "LMOVE": "Value?", "LMPOP": "PoppedElements<Value>?", "LPOP": "Value?", "LPOS": "Int?", "LPUSH": "Int",
        "LPUSHX": "Int", "LRANGE": "[Value]", "LREM": "Int", "LSET": "OK", "LTRIM": "OK", "RPOP": "Value?",
        "RPOPLPUSH": "Value?", "RPUSH": "Int", "RPUSHX": "Int",
        "SADD": "Int", "SCARD": "Int", "SDIFF": "[Value]", "SDIFFSTORE": "Int", "SINTER": "[Value]",
        "SINTERCARD": "Int", "SINTERSTORE": "Int", "SISMEMBER": "Bool", "SMEMBERS": "[Value]", "SMISMEMBER": "[Bool]",
        "SMOVE": "Bool", "SPOP": "Value?", "SRANDMEMBER": "Value?", "SREM": "Int", "SSCAN": "ScanPage<Value>",
        "SUNION": "[Value]", "SUNIONSTORE": "Int",
    ]

    private static let sortedSets: [String: String] = [
        "BZMPOP": "PoppedScoredMembers<Value>?", "BZPOPMAX": "PoppedScoredMember<Value>?",
        "BZPOPMIN": "PoppedScoredMember<Value>?", "ZADD": "Int", "ZCARD": "Int", "ZCOUNT": "Int", "ZDIFF": "[Value]",
        "ZDIFFSTORE": "Int", "ZINCRBY": "Double", "ZINTER": "[Value]", "ZINTERCARD": "Int", "ZINTERSTORE": "Int",
        "ZLEXCOUNT": "Int", "ZMPOP": "PoppedScoredMembers<Value>?", "ZMSCORE": "[Double?]",
        "ZPOPMAX": "[ScoredMember<Value>]", "ZPOPMIN": "[ScoredMember<Value>]", "ZRANDMEMBER": "Value?",
        "ZRANGE": "[Value]", "ZRANGEBYLEX": "[Value]", "ZRANGEBYSCORE": "[Value]", "ZRANGESTORE": "Int",
        "ZRANK": "Int?", "ZREM": "Int", "ZREMRANGEBYLEX": "Int", "ZREMRANGEBYRANK": "Int", "ZREMRANGEBYSCORE": "Int",
        "ZREVRANGE": "[Value]", "ZREVRANGEBYLEX": "[Value]", "ZREVRANGEBYSCORE": "[Value]", "ZREVRANK": "Int?",
        "ZSCAN": "SortedSetScanPage<Value>", "ZSCORE": "Double?", "ZUNION": "[Value]", "ZUNIONSTORE": "Int",
    ]

    private static let servers: [String: String] = [
        "PUBLISH": "Int", "PUBSUB CHANNELS": "[Value]", "PUBSUB NUMPAT": "Int", "PUBSUB NUMSUB": "[RESPBytes: Int]",
        "PUBSUB SHARDCHANNELS": "[Value]", "PUBSUB SHARDNUMSUB": "[RESPBytes: Int]", "SPUBLISH": "Int",
        "ECHO": "Value", "PING": "String", "CLIENT GETNAME": "String?", "CLIENT GETREDIR": "TrackingRedirection",
        "CLIENT ID": "ClientID",
        "CLIENT INFO": "ClientDescription", "CLIENT KILL": "Int", "CLIENT LIST": "[ClientDescription]",
        "CLIENT PAUSE": "OK",
        "CLIENT UNBLOCK": "Bool", "CLIENT UNPAUSE": "OK",
        "CLUSTER ADDSLOTS": "OK", "CLUSTER ADDSLOTSRANGE": "OK", "CLUSTER BUMPEPOCH": "String",
        "CLUSTER COUNT-FAILURE-REPORTS": "Int", "CLUSTER COUNTKEYSINSLOT": "Int", "CLUSTER DELSLOTS": "OK",
        "CLUSTER DELSLOTSRANGE": "OK", "CLUSTER FAILOVER": "OK", "CLUSTER FLUSHSLOTS": "OK", "CLUSTER FORGET": "OK",
        "CLUSTER GETKEYSINSLOT": "[Value]", "CLUSTER INFO": "ServerInfo", "CLUSTER KEYSLOT": "HashSlot",
        "CLUSTER MEET": "OK", "CLUSTER MYID": "ClusterNodeID", "CLUSTER MYSHARDID": "String",
        "CLUSTER NODES": "[ClusterNodeDescription]",
        "CLUSTER REPLICAS": "[ClusterNodeDescription]", "CLUSTER REPLICATE": "OK", "CLUSTER RESET": "OK",
        "CLUSTER SAVECONFIG": "OK",
        "CLUSTER SET-CONFIG-EPOCH": "OK", "CLUSTER SETSLOT": "OK", "CLUSTER SHARDS": "[ClusterShardDescription]",
        "CLUSTER SLAVES": "[ClusterNodeDescription]", "CLUSTER SLOTS": "[ClusterSlotRange]",
        "CLUSTER MIGRATESLOTS": "OK",
        "CLUSTER CANCELSLOTMIGRATIONS": "OK", "CLUSTER FLUSHSLOT": "OK",
        "ACL CAT": "[String]", "ACL DELUSER": "Int", "ACL GENPASS": "String", "ACL LIST": "[String]", "ACL LOAD": "OK",
        "ACL SAVE": "OK", "ACL SETUSER": "OK", "ACL USERS": "[String]", "ACL WHOAMI": "String",
        "BGREWRITEAOF": "String", "BGSAVE": "String", "COMMAND COUNT": "Int", "COMMAND GETKEYS": "[Value]",
        "COMMAND LIST": "[String]", "COMMANDLOG LEN": "Int", "COMMANDLOG RESET": "OK",
        "CONFIG GET": "[String: String]", "CONFIG RESETSTAT": "OK", "CONFIG REWRITE": "OK", "CONFIG SET": "OK",
        "ACL DRYRUN": "ACLVerdict", "ACL GETUSER": "ACLUser?", "ACL LOG": "[ACLLogEntry]",
        "CLIENT TRACKINGINFO": "TrackingInfo", "CLUSTER LINKS": "[ClusterLink]",
        "CLUSTER GETSLOTMIGRATIONS": "[SlotMigration]", "CLUSTERSCAN": "ClusterScanPage<Value>",
        "CLUSTER SLOT-STATS": "[SlotStatistics]", "COMMAND DOCS": "[String: CommandDocumentation]",
        "COMMAND GETKEYSANDFLAGS": "[KeyWithFlags]", "COMMAND INFO": "[CommandDescription?]",
        "COMMANDLOG GET": "[LoggedCommand]", "SLOWLOG GET": "[LoggedCommand]",
        "LATENCY HISTOGRAM": "[String: LatencyHistogram]", "LATENCY HISTORY": "[LatencySample]",
        "LATENCY LATEST": "[LatencyEvent]", "MEMORY STATS": "MemoryStatistics", "MODULE LIST": "[ModuleDescription]",
        "DBSIZE": "Int", "FAILOVER": "OK", "FLUSHALL": "OK", "FLUSHDB": "OK", "INFO": "ServerInfo",
        "LASTSAVE": "UnixTime",
        "LATENCY DOCTOR": "String", "LATENCY GRAPH": "String", "LATENCY RESET": "Int", "LOLWUT": "String",
        "MEMORY DOCTOR": "String", "MEMORY MALLOC-STATS": "String", "MEMORY PURGE": "OK", "MEMORY USAGE": "Int?",
        "MODULE LOAD": "OK", "MODULE LOADEX": "OK", "MODULE UNLOAD": "OK", "REPLICAOF": "String", "SLAVEOF": "String",
        "ROLE": "ReplicationRole", "SAVE": "OK", "SHUTDOWN": "OK", "SLOWLOG LEN": "Int", "SLOWLOG RESET": "OK",
        "SWAPDB": "OK", "TIME": "ServerTime",
    ]

    private static let streamsAndMore: [String: String] = [
        "XACK": "Int", "XADD": "StreamID?", "XDEL": "Int", "XGROUP CREATE": "OK", "XGROUP CREATECONSUMER": "Bool",
        "XGROUP DELCONSUMER": "Int", "XGROUP DESTROY": "Bool", "XGROUP SETID": "OK", "XLEN": "Int",
        "XRANGE": "[StreamEntry<Value>]", "XREVRANGE": "[StreamEntry<Value>]",
        "XREAD": "StreamEntries<Value>?", "XREADGROUP": "StreamEntries<Value>?", "XSETID": "OK", "XTRIM": "Int",
        "BITCOUNT": "Int", "BITFIELD": "[Int?]", "BITFIELD_RO": "[Int]", "BITOP": "Int", "BITPOS": "Int",
        "GETBIT": "Int",
        "SETBIT": "Int", "PFADD": "Bool", "PFCOUNT": "Int", "PFMERGE": "OK",
        "XAUTOCLAIM": "StreamClaims<Value>", "XCLAIM": "[StreamEntry<Value>]", "XPENDING": "PendingSummary",
        "XINFO CONSUMERS": "[StreamConsumer]", "XINFO GROUPS": "[StreamGroup]",
        "XINFO STREAM": "StreamDescription<Value>",
        "FUNCTION LIST": "[FunctionLibrary]", "FUNCTION STATS": "FunctionStatistics",
        "GEOPOS": "[GeoPosition?]", "GEORADIUS": "[Value]", "GEORADIUS_RO": "[Value]", "GEORADIUSBYMEMBER": "[Value]",
        "GEORADIUSBYMEMBER_RO": "[Value]",
        "GEOADD": "Int", "GEODIST": "Double?", "GEOHASH": "[String?]", "GEOSEARCH": "[Value]", "GEOSEARCHSTORE": "Int",
        "EVAL": "Value", "EVALSHA": "Value", "EVALSHA_RO": "Value", "EVAL_RO": "Value", "FCALL": "Value",
        "FCALL_RO": "Value", "FUNCTION DELETE": "OK", "FUNCTION DUMP": "RESPBytes", "FUNCTION FLUSH": "OK",
        "FUNCTION KILL": "OK", "FUNCTION LOAD": "String", "FUNCTION RESTORE": "OK", "SCRIPT EXISTS": "[Bool]",
        "SCRIPT FLUSH": "OK", "SCRIPT KILL": "OK", "SCRIPT LOAD": "String", "SCRIPT SHOW": "String",
    ]
}
