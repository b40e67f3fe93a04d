// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What the server knows of a command, in answer to `COMMAND INFO`.
public struct CommandDescription: RESPDecodable, Hashable, Sendable {
    /// The name in lower case; a subcommand's has its container's before it: `config|get`.
    public var name = ""
    /// How many words a call has, its name included; negative for at least as many.
    public var arity = 0
    /// `readonly`, `write`, `blocking`, `fast`, …
    public var flags: Set<String> = []
    /// Where the first key stands; 0 for none.
    public var firstKey = 0
    /// Where the last key stands, negative counted from the end; 0 for none.
    public var lastKey = 0
    /// How far keys are from each other.
    public var keyStep = 0
    /// The ACL categories: `@read`, `@string`.
    public var categories: Set<String> = []
    /// Hints for clients: `request_policy:all_shards`, `nondeterministic_output`.
    public var tips: [String] = []
    /// Where keys are, in full.
    public var keySpecifications: [KeySpecification] = []
    /// Its subcommands.
    public var subcommands: [CommandDescription] = []

    /// Takes an array of at least six.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try self.init(from: &reader, depth: 0)
    }

    private init(from reader: inout RESPReader, depth: Int) throws(RESPTypeMismatch) {
        let count = try reader.readArrayHeader()
        guard count >= 6 else { throw RESPTypeMismatch(wanted: "a command", found: .count(count)) }
        name = try reader.readElement(0)
        arity = try reader.readElement(1)
        flags = Set(try reader.readElement(2, as: [String].self))
        firstKey = try reader.readElement(3)
        lastKey = try reader.readElement(4)
        keyStep = try reader.readElement(5)
        if count > 6 { categories = Set(try reader.readElement(6, as: [String].self)) }
        if count > 7 { tips = try reader.readElement(7) }
        if count > 8 { keySpecifications = try reader.readElement(8) }
        if count > 9, depth == 0 {
            subcommands = try reader.readArray { (reader) throws(RESPTypeMismatch) in
                try CommandDescription(from: &reader, depth: 1)
            }
        }
        reader.skipRest(count - (depth == 0 ? 10 : 9))
    }
}

/// A key that a call of a command would touch, in answer to `COMMAND GETKEYSANDFLAGS`.
public struct KeyWithFlags: RESPDecodable, Hashable, Sendable {
    /// The key.
    public var key: RESPBytes
    /// What is done with it: `RO`, `RW`, `OW`, `RM`, `access`, `insert`, `delete`, `update`, …
    public var flags: Set<String>

    /// Takes an array of two.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let (key, flags) = try reader.readPair(RESPBytes.self, [String].self)
        (self.key, self.flags) = (key, Set(flags))
    }
}
