// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A command as it will be rendered: names, facts, parameters and the reply's type.
struct ResolvedCommand {
    /// The words of the name: `["CLUSTER", "SLOTS"]`.
    var words: [String]
    /// The namespace of a subcommand: `CLUSTER`.
    var namespace: String?
    /// The type's name without its namespace.
    var typeName: String
    /// The method's and the factory's name.
    var methodName: String
    var group: String
    var since: String
    var syntax: String
    var summary: String?
    /// Since when, and what to use: `since 5.0.0: use replicaof`; nil for most.
    var deprecation: String?
    var parameters: [Parameter]
    var reply: Reply
    var isReadOnly: Bool
    var flags: [String]
    var idempotency: String
    var requestPolicy: String?
    var responsePolicy: String?

    /// The reply's type; `Value` in it stands for what the caller asks for.
    struct Reply: Hashable {
        var text: String
        var isGeneric: Bool { text.contains("Value") }
        /// With the value's type put in.
        func type(_ value: String) -> String { text.replacing("Value", with: value) }
    }

    /// The type with its namespace, without generic arguments.
    var qualifiedTypeName: String { namespace.map { "\($0).\(typeName)" } ?? typeName }
    /// The name as the server writes it.
    var displayName: String { words.joined(separator: " ") }
    /// The parameter that makes a call block, as `BLOCK` of XREAD.
    var blockParameter: Parameter? { parameters.first { $0.words == ["BLOCK"] && $0.isOptional } }
}

/// Why a command has no generated type.
struct SkippedCommand: Hashable {
    var name: String
    var reason: String
}

/// A grammar that the generator doesn't write code for.
struct UnsupportedGrammar: Error {
    var reason: String
}
