// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// One Swift form of a command whose reply has another shape with some option: the option is always there, or never.
struct Variant {
    /// The type's name, if it isn't the command's.
    var typeName: String?
    /// The method's name, if it isn't the command's.
    var methodName: String?
    /// Arguments left out, at any depth; by the server's name or word.
    var without: Set<String> = []
    /// Arguments that are always there.
    var with: Set<String> = []
    /// Arguments that stand once, although other forms repeat them.
    var once: Set<String> = []
    /// Better names of arguments, which decide what they are, by the server's.
    var renamed: [String: String] = [:]
    /// The reply's type; `Value` in it is what the caller asks for.
    var reply: String?
    var isReadOnly: Bool?
    var summary: String?
    /// What a second execution does, if it isn't as with the other forms.
    var idempotency: String?
    /// The first version that advises against this form, if it advises for others.
    var deprecatedSince: String?

    /// The grammar of this form.
    func apply(to arguments: [CatalogueArgument]) -> [CatalogueArgument] {
        arguments.compactMap { argument in
            let original = argument.arguments?.count ?? 0
            if without.contains(argument.name) || argument.token.map(without.contains) == true { return nil }
            var argument = argument
            if with.contains(argument.name) || argument.token.map(with.contains) == true {
                argument.flags = (argument.flags ?? []).filter { $0 != "optional" } + [CatalogueArgument.labelled]
            }
            argument.name = renamed[argument.name] ?? argument.name
            if once.contains(argument.name) { argument.flags = argument.flags?.filter { $0 != "multiple" } }
            if let children = argument.arguments { argument.arguments = apply(to: children) }
            if argument.arguments?.isEmpty == true { return nil }
            return argument.type == "oneof" ? argument.withoutChoice(in: original) : argument
        }
    }
}

extension CatalogueArgument {
    /// What is left of alternatives when this form of the command has but one of them: that one.
    fileprivate func withoutChoice(in original: Int) -> CatalogueArgument {
        guard let children = arguments, children.count == 1, original > 1, token == nil else { return self }
        var only = children[0]
        only.flags = Array(Set((only.flags ?? []) + (flags ?? []))).sorted()
        // Options together are as good as each by itself.
        if only.type == "block", only.token == nil, only.arguments?.allSatisfy(\.isOptional) == true {
            only.flags = nil
        }
        return only
    }
}
