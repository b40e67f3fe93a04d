// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Knows by name which requests must not run on a connection that is shared, for commands that come as plain words.
public enum ConnectionBinding {
    /// The requests that bind state to their connection or take it over, in capitals; a subcommand follows a space.
    public static let names: Set<String> = [
        "ASKING", "AUTH", "CLIENT CACHING", "CLIENT CAPA", "CLIENT IMPORT-SOURCE", "CLIENT NO-EVICT", "CLIENT NO-TOUCH",
        "CLIENT REPLY", "CLIENT SETINFO", "CLIENT SETNAME", "CLIENT TRACKING", "DISCARD", "EXEC", "HELLO", "MONITOR",
        "MULTI", "PSUBSCRIBE", "PSYNC", "PUNSUBSCRIBE", "QUIT", "READONLY", "READWRITE", "REPLCONF", "RESET",
        "SCRIPT DEBUG", "SELECT", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC", "UNSUBSCRIBE", "UNWATCH", "WATCH",
    ]

    /// The requests that may wait on the server whatever their arguments are, in capitals.
    static let blockingNames: Set<String> = [
        "BLMOVE", "BLMPOP", "BLPOP", "BRPOP", "BRPOPLPUSH", "BZMPOP", "BZPOPMAX", "BZPOPMIN", "WAIT", "WAITAOF",
    ]

    /// The flags that the name and the words behind it give away; upper and lower case are the same.
    ///
    /// - Complexity: O(*n*) for *n* words; allocates the folded names.
    static func flags(name: String, arguments: [BulkString]) -> CommandMetadata.Flags {
        let name = name.uppercased()
        var flags: CommandMetadata.Flags = []
        if blockingNames.contains(name) { flags.insert(.blocking) }
        if name == "XREAD" || name == "XREADGROUP" {
            for word in arguments {
                let word = word.description.uppercased()
                if word == "STREAMS" { break }
                if word == "BLOCK" { flags.insert(.blocking) }
            }
        }
        if names.contains(name) { flags.insert(.bindsConnection) }
        if name == "CLIENT" || name == "SCRIPT", let first = arguments.first,
            names.contains("\(name) \(first.description.uppercased())")
        {
            flags.insert(.bindsConnection)
        }
        return flags
    }
}
