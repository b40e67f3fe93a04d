// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What the server says of a command to people, in answer to `COMMAND DOCS`.
public struct CommandDocumentation: RESPDecodable, Hashable, Sendable {
    /// An argument of a command, or several together.
    public struct Argument: RESPDecodable, Hashable, Sendable {
        /// The name: `unix-time-seconds`.
        public var name = ""
        /// `key`, `string`, `integer`, `double`, `pattern`, `unix-time`, `pure-token`, `oneof` or `block`.
        public var type = ""
        /// The word that comes before it, or is all there is of it.
        public var token: String?
        /// What it is for.
        public var summary: String?
        /// The first version that has it, if that is later than the command's.
        public var since: String?
        /// `optional`, `multiple`, `multiple_token`.
        public var flags: Set<String> = []
        /// The alternatives of a `oneof`, the parts of a `block`.
        public var arguments: [Argument] = []

        /// Takes a map; unknown fields are skipped.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) { try self.init(from: &reader, depth: 0) }

        fileprivate init(from reader: inout RESPReader, depth: Int) throws(RESPTypeMismatch) {
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                switch key {
                case "name": name = try reader.read()
                case "type": type = try reader.read()
                case "token": token = try reader.read()
                case "summary": summary = try reader.read()
                case "since": since = try reader.read()
                case "flags": flags = Set(try reader.read([String].self))
                // No server nests deeper than four; what does is skipped rather than trusted.
                case "arguments" where depth < 16:
                    arguments = try reader.readArray { (reader) throws(RESPTypeMismatch) in
                        try Argument(from: &reader, depth: depth + 1)
                    }
                default: break
                }
            }
        }
    }

    /// What it does.
    public var summary = ""
    /// The first version that has it.
    public var since = ""
    /// The group that it belongs to: `string`, `stream`, …
    public var group = ""
    /// How its time grows.
    public var complexity = ""
    /// `deprecated`, `syscmd`.
    public var flags: Set<String> = []
    /// The first version that advises against it.
    public var deprecatedSince: String?
    /// What to use in its place.
    public var replacedBy: String?
    /// Its arguments.
    public var arguments: [Argument] = []
    /// Its subcommands, by their names: `config|get`.
    public var subcommands: [String: CommandDocumentation] = [:]

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) { try self.init(from: &reader, depth: 0) }

    private init(from reader: inout RESPReader, depth: Int) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "summary": summary = try reader.read()
            case "since": since = try reader.read()
            case "group": group = try reader.read()
            case "complexity": complexity = try reader.read()
            case "doc_flags": flags = Set(try reader.read([String].self))
            case "deprecated_since": deprecatedSince = try reader.read()
            case "replaced_by": replacedBy = try reader.read()
            case "arguments": arguments = try reader.read()
            case "subcommands" where depth == 0:
                try reader.readFields { (name, reader) throws(RESPTypeMismatch) in
                    subcommands[String(name)] = try CommandDocumentation(from: &reader, depth: 1)
                }
            default: break
            }
        }
    }
}
