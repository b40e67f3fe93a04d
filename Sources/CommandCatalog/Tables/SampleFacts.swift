// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What calls of the samples are made of: values that the server takes, and options that go together.
enum SampleFacts {
    /// How the options of a command, or of a block of options, go together, by the names of parameters.
    struct Rules {
        /// Options that no call can do without.
        var always: Set<String> = []
        /// What else changes when a call has an option, or has one of its values: other options, or nil for none.
        var adjustments: [(option: String, containing: String, others: [String: String?])] = []

        func adjusted(_ chosen: [String: String]) -> [String: String] {
            var result = chosen
            for (option, text, others) in adjustments where chosen[option]?.contains(text) == true {
                for (name, value) in others { result[name] = value }
            }
            return result
        }
    }

    /// By the type's name.
    static let rules: [String: Rules] = [
        "ACL.DRYRUN": Rules(always: ["args"]), "COMMAND.GETKEYS": Rules(always: ["args"]),
        "COMMAND.GETKEYSANDFLAGS": Rules(always: ["args"]),
        "ZRANGE": range("start", "stop"), "ZRANGESTORE": range("min", "max"),
    ]

    private static func range(_ start: String, _ stop: String) -> Rules {
        Rules(adjustments: [("sortby", "bylex", [start: "\"-\"", stop: "\"+\""])])
    }

    /// Values of hand-written types.
    static let externalChoices: [String: [String]] = [
        "Expiration": [
            ".after(.seconds(100))", ".after(.milliseconds(100_500))", ".at(.seconds(4_102_444_800))",
            ".at(.milliseconds(4_102_444_800_500))", ".keep",
        ],
        "ExpirationChange": [
            ".after(.seconds(100))", ".after(.milliseconds(100_500))", ".at(.seconds(4_102_444_800))",
            ".at(.milliseconds(4_102_444_800_500))", ".persist",
        ],
        "ClusterNodeID": ["\"n1\""], "ClusterScanCursor": [".start"],
        "ClientID": ["ClientID(rawValue: 1)", "ClientID(rawValue: 2)"],
        "NewStreamID": [".automatic", ".automaticIn(milliseconds: 9)", ".id(StreamID(9, 1))"],
        "StreamBound": [".first", ".last", ".id(StreamID(1, 1))", ".excluding(StreamID(1, 1))"],
        "StreamGroupPosition": ["StreamGroupPosition.new", "StreamGroupPosition.pending(after: .zero)"],
        "StreamID": ["StreamID(1, 1)", "StreamID(2, 1)"],
        "StreamStart": ["StreamStart.beginning", "StreamStart.end", "StreamStart.after(StreamID(1, 1))"],
        "StreamTrim": [
            ".maxlen(1)", ".minid(StreamID(2, 0))", ".maxlenAbout(1)", ".maxlenAbout(1, limit: 100)",
            ".minidAbout(StreamID(2, 0))", ".minidAbout(StreamID(2, 0), limit: 0)",
        ],
    ]

    /// A value for a parameter.
    ///
    /// - Parameter index: which one of a list.
    static func value(
        of name: String, in command: String, group: String, as scalar: Parameter.Scalar, index: Int
    ) -> String {
        if let values = overrides["\(command).\(name)"] ?? overrides[name] {
            let value = values[min(index, values.count - 1)]
            if let number = Int(value), scalar == .slot || scalar == .slotRange { return slots(number, scalar) }
            // Several commands share a name that is text for some of them.
            if scalar == .bulk || !value.hasPrefix("\"") { return value }
        }
        switch scalar {
        case .bulk:
            let number = index + 1
            if name.lowercased().contains("key") || name == "source" || name == "destination" {
                return "\"\(keys[group] ?? "string")\(number)\""
            }
            return "\"\(name.prefix(1))\(number)\""
        case .integer: return "\(index + 1)"
        case .double: return "\(index + 1).5"
        case .seconds, .milliseconds: return ".seconds(100)"
        case .unixSeconds, .unixMilliseconds: return ".milliseconds(4_102_444_800_500)"
        case .slot, .slotRange: return slots(index + 1, scalar)
        case .fractionalSeconds: return ".milliseconds(10)"
        case .cursor: return ".start"
        case .value(let type):
            let values = externalChoices[type] ?? []
            return values.isEmpty ? "" : values[min(index, values.count - 1)]
        }
    }

    private static func slots(_ number: Int, _ scalar: Parameter.Scalar) -> String {
        scalar == .slot ? "\(number)" : "\(number)...\(number + 1)"
    }

    /// What the keys of a group's samples are called; the data that they hold is made by the tests.
    private static let keys = [
        "string": "string", "list": "list", "hash": "hash", "set": "set", "sorted-set": "zset", "stream": "stream",
        "geo": "geo", "hyperloglog": "hll", "bitmap": "string",
    ]

    /// By the parameter's name, or the command's and its; a list takes them in turn.
    private static let overrides: [String: [String]] = generic.merging(servers, uniquingKeysWith: { $1 })
        .merging(sortedSets, uniquingKeysWith: { $1 }).merging(streams, uniquingKeysWith: { $1 })

    private static let generic: [String: [String]] = [
        "BITFIELD.encoding": ["\"u8\""], "BITFIELD.offset": ["\"#1\""], "BITFIELD_RO.encoding": ["\"u8\""],
        "BITFIELD_RO.offset": ["8"], "COPY.destination": ["\"new1\""], "RESTORE.key": ["\"new1\""],
        "RESTORE_ABSTTL.key": ["\"new1\""],
        "SCAN.type": ["\"string\""], "SORT.key": ["\"numbers1\""], "SORT_RO.key": ["\"numbers1\""],
        "SORT_STORE.key": ["\"numbers1\""], "SORT_STORE.store": ["\"new1\""], "WAIT.timeout": [".milliseconds(10)"],
        "WAITAOF.timeout": [".milliseconds(10)"], "script": ["\"return 1\""], "FCALL.function": ["\"function1\""],
        "FCALL_RO.function": ["\"function1\""], "FUNCTION.DELETE.libraryName": ["\"library1\""],
        "FUNCTION.LOAD.functionCode": [
            "\"#!lua name=library1\\nserver.register_function('function2', function() return 1 end)\""
        ],
        "sha1": ["\"e0e1f9fabfc9d4800c877a703b823ac0578ff8db\""],
        "longitude": ["13.5", "15.5", "14.5"], "latitude": ["37.5", "38.5", "36.5"], "radius": ["200"],
        "GEOSEARCHSTORE.destination": ["\"new1\""],
    ]

    private static let servers: [String: [String]] = [
        "CLUSTER.ADDSLOTS.slots": ["9001", "9002"], "CLUSTER.ADDSLOTSRANGE.ranges": ["9001", "9003"],
        "CLUSTER.DELSLOTSRANGE.ranges": ["1", "3"],
        "metric": ["\"key-count\""],
        "host": ["\"127.0.0.1\""], "CLUSTER.MEET.ip": ["\"127.0.0.1\""], "CLIENT.PAUSE.timeout": [".milliseconds(1)"],
        "CLIENT.LIST.flags": ["\"N\""], "CLIENT.LIST.notFlags": ["\"x\""], "CLIENT.LIST.capa": ["\"r\""],
        "CLIENT.LIST.notCapa": ["\"r\""], "CLIENT.LIST.user": ["\"default\""], "CLIENT.LIST.notUser": ["\"default\""],
        "CLIENT.KILL.flags": ["\"x\""], "CLIENT.KILL.notFlags": ["\"N\""], "CLIENT.KILL.capa": ["\"r\""],
        "ACL.DRYRUN.args": ["\"string1\""], "args": ["\"string1\""], "XGROUP.CREATE.group": ["\"new\""],
        "entriesadded": ["3"],
        "ACL.CAT.category": ["\"read\""], "ACL.DRYRUN.username": ["\"default\""], "ACL.DRYRUN.command": ["\"mget\""],
        "ACL.SETUSER.rules": ["\"on\"", "\"+get\""], "command": ["\"mget\""],
        "COMMAND.DOCS.commandNames": ["\"get\"", "\"config\""],
        "COMMAND.INFO.commandNames": ["\"get\"", "\"config\""],
        "CONFIG.SET.data": ["\"maxmemory\""], "parameter": ["\"slowlog-max-len\"", "\"maxmemory\""],
        "CONFIG.SET.value": ["\"100\"", "\"0\""], "LATENCY.event": ["\"command\""],
    ]

    private static let sortedSets: [String: [String]] = [
        "min": ["\"-inf\""], "max": ["\"+inf\""], "ZRANGE.start": ["\"0\""], "ZRANGE.stop": ["\"-1\""],
        "ZRANGE_WITHSCORES.start": ["\"0\""], "ZRANGE_WITHSCORES.stop": ["\"-1\""], "ZRANGESTORE.min": ["\"0\""],
        "ZRANGESTORE.max": ["\"-1\""], "ZRANGESTORE.dst": ["\"new1\""], "ZRANGESTORE.src": ["\"zset1\""],
        "ZLEXCOUNT.min": ["\"-\""], "ZLEXCOUNT.max": ["\"+\""], "ZRANGEBYLEX.min": ["\"-\""],
        "ZRANGEBYLEX.max": ["\"+\""],
        "ZREVRANGEBYLEX.min": ["\"-\""], "ZREVRANGEBYLEX.max": ["\"+\""], "ZREMRANGEBYLEX.min": ["\"-\""],
        "ZREMRANGEBYLEX.max": ["\"+\""],
    ]

    private static let streams: [String: [String]] = [
        "minIdleTime": [".zero"], "XPENDING_RANGE.end": [".last"], "XRANGE.end": [".last"],
        "XREVRANGE.end": [".last"], "XSETID.lastId": ["StreamID(9, 1)"], "XSETID.maxdeletedid": ["StreamID(3, 1)"],
        "group": ["\"g1\""], "consumer": ["\"c1\""],
    ]
}
