// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// Where some of a command's keys are among its words, and what is done with them
/// (https://valkey.io/topics/key-specs).
public struct KeySpecification: RESPDecodable, Hashable, Sendable {
    /// Where the search for keys begins.
    public enum Start: Hashable, Sendable {
        /// At a word, counted from the command's name.
        case index(Int)
        /// Behind a word like `STREAMS`, which is looked for from a position on; from the end if that is negative.
        case keyword(String, from: Int)
        /// Nobody can say.
        case unknown
    }

    /// Which words are keys from there on.
    public enum Keys: Hashable, Sendable {
        /// Those up to a position, relative to the start or negative from the end; each `step`. With a last one of -1, a
        /// `limit` of 2 stands for the first half of what is left, 3 for a third; 0 and 1 for all of it.
        case range(last: Int, step: Int, limit: Int)
        /// As many as the word at an index says, from the first one on, each `step`; relative to the start.
        case count(at: Int, first: Int, step: Int)
        /// Nobody can say.
        case unknown
    }

    /// `RO`, `RW`, `OW`, `RM`, `access`, `update`, `insert`, `delete`, `not_key`, `incomplete`, `variable_flags`.
    public var flags: Set<String> = []
    /// What else there is to know.
    public var notes: String?
    /// Where the search begins.
    public var start = Start.unknown
    /// Which words are keys from there on.
    public var keys = Keys.unknown

    /// Takes a map; unknown fields are skipped.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "flags": flags = Set(try reader.read([String].self))
            case "notes": notes = try reader.read()
            case "begin_search":
                let (type, numbers, word) = try reader.readSearch()
                switch type {
                case "index": start = .index(numbers["index"] ?? 0)
                case "keyword": start = .keyword(word, from: numbers["startfrom"] ?? 0)
                default: break
                }
            case "find_keys":
                let (type, numbers, _) = try reader.readSearch()
                switch type {
                case "range":
                    keys = .range(
                        last: numbers["lastkey"] ?? 0, step: numbers["keystep"] ?? 1, limit: numbers["limit"] ?? 0)
                case "keynum":
                    keys = .count(
                        at: numbers["keynumidx"] ?? 0, first: numbers["firstkey"] ?? 0, step: numbers["keystep"] ?? 1)
                default: break
                }
            default: break
            }
        }
    }
}

extension RESPReader {
    /// A map of a type and a map of what belongs to it.
    fileprivate mutating func readSearch() throws(RESPTypeMismatch) -> (String, [String: Int], String) {
        var type = ""
        var word = ""
        var numbers: [String: Int] = [:]
        try readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "type": type = try reader.read()
            case "spec":
                try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
                    if key == "keyword" {
                        word = try reader.read()
                    } else {
                        numbers[String(key)] = try reader.read()
                    }
                }
            default: break
            }
        }
        return (type, numbers, word)
    }
}
