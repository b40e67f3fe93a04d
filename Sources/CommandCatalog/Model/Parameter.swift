// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// One piece of a request in the generated code: a property of the command's struct, or a word that is always there.
struct Parameter: Hashable {
    /// How a single value is kept and sent.
    enum Scalar: Hashable {
        case bulk, integer, double
        /// A `Duration`, sent as whole seconds, whole milliseconds, or seconds with a fraction.
        case seconds, milliseconds, fractionalSeconds
        /// A `UnixTime`, sent as whole seconds or whole milliseconds.
        case unixSeconds, unixMilliseconds
        /// A `HashSlot`, or a range of them, sent as two.
        case slot, slotRange
        /// A `ScanCursor`.
        case cursor
        /// A hand-written type of the library, which encodes itself as one word.
        case value(String)
    }

    indirect enum Kind: Hashable {
        /// A word that is always sent; not a property.
        case constant
        /// A word that is sent or not.
        case flag
        /// One value.
        case scalar(Scalar)
        /// Any number of values; `countsFirst`: their number is sent before them.
        case list(Scalar, countsFirst: Bool, repeatsToken: Bool)
        /// Any number of groups of values, kept flat.
        case groups([Parameter], countsFirst: Bool)
        /// One of several; a nested enum, or a type of the library if `external`.
        case choice(Choice)
        /// Any number of choices.
        case choices(Choice)
        /// Several together; a nested struct.
        case block(Block)
    }

    /// A nested enum.
    struct Choice: Hashable {
        var typeName: String
        /// A hand-written type with `argumentCount` and `encode(into:)`; no enum is generated then.
        var isExternal = false
        /// Generated once for several commands.
        var isShared = false
        var cases: [Case]
    }

    struct Case: Hashable {
        var name: String
        /// Words that are always sent, and payloads; in order.
        var parts: [Parameter]
        var syntax: String

        var payloads: [Parameter] { parts.filter { $0.kind != .constant } }
    }

    /// A nested struct.
    struct Block: Hashable {
        var typeName: String
        /// Generated once for several commands.
        var isShared = false
        var parts: [Parameter]
    }

    /// The property's name and the label of optional parameters. Unescaped.
    var name: String
    /// Only for `.groups` of two: all first values are sent, then all second ones.
    var isInRows = false
    /// The words sent before the value.
    var words: [String]
    var kind: Kind
    var isOptional: Bool
    /// Whether the value is a key, or a channel that is routed like one.
    var isKey: Bool
    /// Only for `.list` and `.groups`: the one that may be written as variadic arguments.
    var isPrimary = false
    /// Whether a required one is written with its label all the same.
    var isLabelled = false
    /// The grammar of this piece, as the server's documents write it.
    var syntax = ""

    init(_ name: String, words: [String] = [], kind: Kind, isOptional: Bool = false, isKey: Bool = false) {
        self.name = name
        self.words = words
        self.kind = kind
        self.isOptional = isOptional
        self.isKey = isKey
    }
}

extension Parameter {
    /// Whether a key is in it, at any depth.
    var containsKey: Bool {
        switch kind {
        case .constant, .flag: false
        case .scalar, .list: isKey
        case .groups(let parts, _): parts.contains(where: \.isKey)
        case .choice(let choice), .choices(let choice):
            choice.cases.contains { $0.parts.contains(where: \.containsKey) }
        case .block(let block): block.parts.contains(where: \.containsKey)
        }
    }
}

extension Parameter {
    /// The names of those that are keys, at any depth.
    var keyNames: [String] {
        switch kind {
        case .constant, .flag: []
        case .scalar, .list: isKey ? [name] : []
        case .groups(let parts, _): parts.filter(\.isKey).map(\.name)
        case .choice(let choice), .choices(let choice): choice.cases.flatMap(\.parts).flatMap(\.keyNames)
        case .block(let block): block.parts.flatMap(\.keyNames)
        }
    }
}

extension Parameter.Scalar {
    /// The type of the stored property.
    var storage: String {
        switch self {
        case .bulk: "BulkString"
        case .integer: "Int"
        case .double: "Double"
        case .seconds, .milliseconds, .fractionalSeconds: "Duration"
        case .unixSeconds, .unixMilliseconds: "UnixTime"
        case .slot: "HashSlot"
        case .slotRange: "ClosedRange<HashSlot>"
        case .cursor: "ScanCursor"
        case .value(let type): type
        }
    }

    /// How many words one value is.
    var wordCount: Int { self == .slotRange ? 2 : 1 }

    /// What becomes of times that are no whole number of what is sent.
    var rounding: String? {
        switch self {
        case .seconds, .unixSeconds: "rounded up to whole seconds"
        case .milliseconds, .unixMilliseconds: "rounded up to whole milliseconds"
        case .fractionalSeconds: "in steps of a millisecond, rounded up; zero waits without end"
        default: nil
        }
    }
}
