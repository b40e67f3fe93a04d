// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A library of functions, in answer to `FUNCTION LIST`.
public struct FunctionLibrary: RESPDecodable, Hashable, Sendable {
    /// One of its functions.
    public struct Function: RESPDecodable, Hashable, Sendable {
        /// The name that `FCALL` takes.
        public var name = ""
        /// What its author says of it; nil if nothing.
        public var description: String?
        /// `no-writes`, `allow-oom`, `allow-stale`, …
        public var flags: Set<String> = []

        /// Takes a map; unknown fields are skipped.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                switch key {
                case "name": name = try reader.read()
                case "description": description = try reader.read()
                case "flags": flags = Set(try reader.read([String].self))
                default: break
                }
            }
        }
    }

    /// The library's name.
    public var name = ""
    /// What runs it: `LUA`.
    public var engine = ""
    /// Its functions.
    public var functions: [Function] = []
    /// Its source, if it was asked for.
    public var code: String?

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "library_name": name = try reader.read()
            case "engine": engine = try reader.read()
            case "functions": functions = try reader.read()
            case "library_code": code = try reader.read()
            default: break
            }
        }
    }
}

/// What functions there are and which one runs, in answer to `FUNCTION STATS`.
public struct FunctionStatistics: RESPDecodable, Hashable, Sendable {
    /// A function or script that runs at this moment.
    public struct Running: RESPDecodable, Hashable, Sendable {
        /// The function's name.
        public var name = ""
        /// The call that it came with.
        public var command: [RESPBytes] = []
        /// For how long it has been running.
        public var duration = Duration.zero

        /// Takes a map; unknown fields are skipped.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                switch key {
                case "name": name = try reader.read()
                case "command": command = try reader.read()
                case "duration_ms": duration = try reader.readMilliseconds()
                default: break
                }
            }
        }
    }

    /// What an engine has loaded.
    public struct Engine: RESPDecodable, Hashable, Sendable {
        /// How many libraries.
        public var libraries = 0
        /// How many functions in them.
        public var functions = 0

        /// Takes a map; unknown fields are skipped.
        public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
            try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                switch key {
                case "libraries_count": libraries = try reader.read()
                case "functions_count": functions = try reader.read()
                default: break
                }
            }
        }
    }

    /// What runs at this moment; nil if nothing does.
    public var running: Running?
    /// The engines by their names: `LUA`.
    public var engines: [String: Engine] = [:]

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "running_script": running = try reader.read()
            case "engines": engines = try reader.read()
            default: break
            }
        }
    }
}
