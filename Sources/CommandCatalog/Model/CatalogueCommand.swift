// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// One command, or one subcommand, as the server describes it. Empty lists are left out of the JSON.
public struct CatalogueCommand: Codable, Hashable, Sendable {
    /// The name in lower case; of a subcommand, the part behind the container's name.
    public var name: String
    /// How many words a request has, the name included; negative for at least so many.
    public var arity: Int
    /// The group, as `string` or `sorted-set`.
    public var group: String
    /// The first version of the server that has it.
    public var since: String
    /// The first version that advises against it.
    public var deprecatedSince: String?
    /// `readonly`, `write`, `blocking`, …; sorted.
    public var flags: [String]?
    /// `deprecated`, `syscmd`; sorted.
    public var documentFlags: [String]?
    /// `request_policy:…`, `response_policy:…`, …; sorted.
    public var tips: [String]?
    /// Where the keys are.
    public var keySpecifications: [CatalogueKeySpecification]?
    /// The grammar of what follows the name.
    public var arguments: [CatalogueArgument]?
    /// The subcommands of a container, sorted by name.
    public var subcommands: [CatalogueCommand]?

    /// A command with nothing but a name.
    public init(name: String, arity: Int = -1, group: String = "", since: String = "") {
        self.name = name
        self.arity = arity
        self.group = group
        self.since = since
    }
}

/// Where keys are found in a request.
public struct CatalogueKeySpecification: Codable, Hashable, Sendable {
    /// `RO`, `RW`, `not_key`, …; sorted.
    public var flags: [String]
    /// The position of the first, if it is fixed; 1 is the first argument.
    public var index: Int?

    /// Keys from a position on.
    public init(flags: [String], index: Int?) {
        self.flags = flags
        self.index = index
    }
}

/// One node of a command's grammar.
public struct CatalogueArgument: Codable, Hashable, Sendable {
    /// The name in the server's documents: lower case, words joined by hyphens.
    public var name: String
    /// `key`, `string`, `integer`, `double`, `pattern`, `unix-time`, `pure-token`, `oneof` or `block`.
    public var type: String
    /// The word that comes before the value, or is all there is of a pure token.
    public var token: String?
    /// The first version that has it, if that is later than the command's.
    public var since: String?
    /// `optional`, `multiple`, `multiple_token`; sorted.
    public var flags: [String]?
    /// The alternatives of a `oneof`, the parts of a `block`.
    public var arguments: [CatalogueArgument]?

    /// An argument.
    public init(
        name: String, type: String, token: String? = nil, flags: [String]? = nil, arguments: [CatalogueArgument]? = nil
    ) {
        self.name = name
        self.type = type
        self.token = token
        self.flags = flags
        self.arguments = arguments
    }

    /// Whether it may be left out.
    public var isOptional: Bool { flags?.contains("optional") ?? false }
    /// A flag of our own: required in this form of the command, yet written with its label.
    static let labelled = "labelled"

    /// Whether it may be repeated.
    public var isMultiple: Bool { flags?.contains("multiple") ?? false }
    /// Whether its token is repeated with it.
    public var repeatsToken: Bool { flags?.contains("multiple_token") ?? false }
}

extension CatalogueArgument {
    /// The grammar as the server's documents write it: `[EX seconds | PX milliseconds]`.
    public var syntax: String {
        var text =
            switch type {
            case "pure-token": token ?? name
            case "oneof": (arguments ?? []).map(\.syntax).joined(separator: " | ")
            case "block": (arguments ?? []).map(\.syntax).joined(separator: " ")
            default: name
            }
        if type == "oneof", !isOptional || token != nil { text = "<\(text)>" }
        if isMultiple {
            let repeated = repeatsToken ? token.map { "\($0) \(text)" } ?? text : text
            text += " [\(repeated) ...]"
        }
        if type != "pure-token", let token { text = "\(token) \(text)" }
        return isOptional ? "[\(text)]" : text
    }
}
