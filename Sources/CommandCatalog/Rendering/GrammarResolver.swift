// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Turns a command's grammar into the parameters of its generated struct.
struct GrammarResolver {
    /// Names of arguments that decide the slot although they are no keys.
    private let extraKeys: Set<String>
    /// What values of the command are whose names don't say it.
    private let types: [String: Parameter.Scalar]
    /// Whether values are named by what they are rather than by their word: inside an alternative, which has the word.
    private var prefersNames = false
    private var usedNames: Set<String> = []
    private var usedTypes: [String: Parameter.Kind] = [:]

    /// - Parameter command: the command's name.
    init(_ command: String) {
        extraKeys = CommandFacts.routedAsKey[command] ?? []
        types = ArgumentTypes.byCommand[command] ?? [:]
    }

    /// For what is inside of another's argument.
    private init(inside outer: GrammarResolver) {
        extraKeys = outer.extraKeys
        types = outer.types
    }

    /// The parameters of a whole command, in the order of the request.
    mutating func parameters(_ arguments: [CatalogueArgument]) throws(UnsupportedGrammar) -> [Parameter] {
        var result = try sequence(arguments)
        markPrimary(&result)
        return result
    }

    // MARK: Sequences

    /// A row of arguments; a count that the server wants before a list is taken together with its list.
    private mutating func sequence(_ arguments: [CatalogueArgument]) throws(UnsupportedGrammar) -> [Parameter] {
        var result: [Parameter] = []
        var countsNext = false
        for (index, argument) in arguments.enumerated() {
            if isCount(argument), arguments.dropFirst(index + 1).first?.isMultiple == true {
                if let token = argument.token { result.append(constant(token)) }
                countsNext = true
                continue
            }
            for var parameter in try parameters(argument, countsFirst: countsNext) {
                if parameter.syntax.isEmpty { parameter.syntax = argument.syntax }
                if argument.flags?.contains(CatalogueArgument.labelled) == true { parameter.isLabelled = true }
                result.append(parameter)
            }
            countsNext = false
        }
        return result
    }

    private func isCount(_ argument: CatalogueArgument) -> Bool {
        argument.type == "integer" && !argument.isMultiple
            && ["numkeys", "numfields", "num-vertices"].contains(argument.name)
    }

    private mutating func parameters(
        _ argument: CatalogueArgument, countsFirst: Bool
    ) throws(UnsupportedGrammar) -> [Parameter] {
        switch argument.type {
        case "pure-token":
            let token = argument.token ?? argument.name
            guard token.allSatisfy({ !$0.isWhitespace && $0 != "\"" }), !token.isEmpty || !argument.isOptional else {
                throw UnsupportedGrammar(reason: "an option that is an empty word")
            }
            if argument.isMultiple { throw UnsupportedGrammar(reason: "a repeated word") }
            guard argument.isOptional else { return [constant(token)] }
            return [Parameter(unique(label(of: argument)), words: [token], kind: .flag, isOptional: true)]
        case "oneof": return [try choice(argument)]
        case "block": return try block(argument, countsFirst: countsFirst)
        default: return [scalar(argument, countsFirst: countsFirst)]
        }
    }

    private func constant(_ token: String) -> Parameter { Parameter(token, words: [token], kind: .constant) }

    /// By its word where it has one: what the caller writes is then what the server's documents show.
    private func label(of argument: CatalogueArgument) -> String {
        if !prefersNames, let token = argument.token, token.contains(where: \.isLetter) { return token }
        return argument.name
    }

    private mutating func unique(_ name: String) -> String {
        let base = SwiftName.member(ArgumentTypes.names[name] ?? name)
        var name = base
        var number = 2
        while !usedNames.insert(name).inserted {
            name = base + String(number)
            number += 1
        }
        return name
    }

    // MARK: Scalars and lists

    private mutating func scalar(_ argument: CatalogueArgument, countsFirst: Bool) -> Parameter {
        let type = types[argument.name] ?? ArgumentTypes.scalar(argument)
        let isKey = argument.type == "key" || extraKeys.contains(argument.name)
        let words = argument.token.map { [$0] } ?? []
        guard argument.isMultiple else {
            return Parameter(
                unique(label(of: argument)), words: words, kind: .scalar(type), isOptional: argument.isOptional,
                isKey: isKey)
        }
        let kind = Parameter.Kind.list(type, countsFirst: countsFirst, repeatsToken: argument.repeatsToken)
        let name = argument.token == nil ? SwiftName.plural(SwiftName.member(argument.name)) : label(of: argument)
        return Parameter(
            unique(name), words: words, kind: kind, isOptional: argument.isOptional, isKey: isKey)
    }

    // MARK: Blocks

    private mutating func block(
        _ argument: CatalogueArgument, countsFirst: Bool
    ) throws(UnsupportedGrammar) -> [Parameter] {
        let words = argument.token.map { [$0] } ?? []
        let children = argument.arguments ?? []
        if let external = ArgumentTypes.handWritten(argument) {
            let choice = Parameter.Choice(typeName: external, isExternal: true, cases: [])
            return [
                Parameter(
                    unique(label(of: argument)), words: words, kind: .choice(choice), isOptional: argument.isOptional)
            ]
        }
        if children.count == 2, children.allSatisfy({ $0.isMultiple && $0.token == nil }), !argument.isOptional {
            return (argument.token.map { [constant($0)] } ?? []) + [try rows(argument)]
        }
        if argument.isMultiple {
            guard !argument.repeatsToken else { throw UnsupportedGrammar(reason: "a repeated block with its word") }
            if children.map(\.name) == ["start-slot", "end-slot"] {
                let kind = Parameter.Kind.list(.slotRange, countsFirst: countsFirst, repeatsToken: false)
                return [
                    Parameter(
                        unique(SwiftName.plural(argument.name)), words: words, kind: kind,
                        isOptional: argument.isOptional)
                ]
            }
            var inner = GrammarResolver(inside: self)
            let parts = try inner.sequence(children)
            guard (2...3).contains(parts.count), parts.allSatisfy({ $0.isPlainScalar }) else {
                throw UnsupportedGrammar(reason: "a repeated block of more than plain values")
            }
            return [
                Parameter(
                    unique(SwiftName.plural(argument.name)), words: words,
                    kind: .groups(parts, countsFirst: countsFirst),
                    isOptional: argument.isOptional)
            ]
        }
        guard argument.isOptional else {
            return (argument.token.map { [constant($0)] } ?? []) + (try sequence(children))
        }
        var inner = GrammarResolver(inside: self)
        let parts = try inner.sequence(children)
        let name = argument.token ?? argument.name
        if parts.count == 1, case .scalar = parts[0].kind, parts[0].words.isEmpty || words.isEmpty {
            var only = parts[0]
            only.name = unique(only.words.isEmpty ? name : only.name)
            only.words = words + only.words
            only.isOptional = true
            return [only]
        }
        let label = unique(name.replacing("-block", with: ""))
        let kind = Parameter.Kind.block(Parameter.Block(typeName: SwiftName.type(ofMember: label), parts: parts))
        return [Parameter(label, words: words, kind: kind, isOptional: true)]
    }

    /// Two lists that have to be equally long are one of pairs.
    private mutating func rows(_ argument: CatalogueArgument) throws(UnsupportedGrammar) -> Parameter {
        var inner = GrammarResolver(inside: self)
        let parts = try inner.sequence(
            (argument.arguments ?? []).map { child in
                var child = child
                child.flags = child.flags?.filter { $0 != "multiple" }
                return child
            })
        guard parts.allSatisfy(\.isPlainScalar) else {
            throw UnsupportedGrammar(reason: "rows of more than plain values")
        }
        var result = Parameter(unique(argument.name), kind: .groups(parts, countsFirst: false))
        result.isInRows = true
        return result
    }

    // MARK: Choices

    private mutating func choice(_ argument: CatalogueArgument) throws(UnsupportedGrammar) -> Parameter {
        let name = unique(argument.token ?? argument.name)
        let words = argument.token.map { [$0] } ?? []
        if let type = types[argument.name] {
            return Parameter(name, words: words, kind: .scalar(type), isOptional: argument.isOptional)
        }
        if let external = ArgumentTypes.handWritten(argument) {
            let choice = Parameter.Choice(typeName: external, isExternal: true, cases: [])
            return Parameter(name, words: words, kind: .choice(choice), isOptional: argument.isOptional)
        }
        var cases: [Parameter.Case] = []
        for var child in argument.arguments ?? [] {
            // Of a choice that is repeated, the server calls the alternatives optional.
            if argument.isMultiple { child.flags = child.flags?.filter { $0 != "optional" } }
            cases.append(try choiceCase(child))
        }
        let typeName = typeName(SwiftName.type(ofMember: name), for: cases)
        let choice = Parameter.Choice(typeName: typeName, cases: cases)
        if argument.isMultiple {
            return Parameter(
                SwiftName.plural(name), words: words, kind: .choices(choice), isOptional: argument.isOptional)
        }
        return Parameter(name, words: words, kind: .choice(choice), isOptional: argument.isOptional)
    }

    private mutating func choiceCase(_ argument: CatalogueArgument) throws(UnsupportedGrammar) -> Parameter.Case {
        guard !argument.isOptional else { throw UnsupportedGrammar(reason: "an optional alternative") }
        guard argument.type != "oneof" || argument.token != nil else {
            throw UnsupportedGrammar(reason: "alternatives inside alternatives")
        }
        var inner = GrammarResolver(inside: self)
        inner.usedTypes = usedTypes
        inner.prefersNames = true
        var required = argument
        required.flags = required.flags?.filter { $0 != "optional" }
        var parts = try inner.parameters(required, countsFirst: false)
        for index in parts.indices where parts[index].syntax.isEmpty { parts[index].syntax = argument.syntax }
        usedTypes = inner.usedTypes
        guard parts.allSatisfy({ !$0.isOptional }) else {
            throw UnsupportedGrammar(reason: "optional parts inside an alternative")
        }
        var name = label(of: argument)
        if argument.type == "block", argument.token == nil {
            name = parts.allSatisfy({ $0.kind == .constant }) ? parts.map(\.name).joined(separator: "-") : argument.name
        }
        return Parameter.Case(name: SwiftName.member(name), parts: parts, syntax: argument.syntax)
    }

    /// Equal enums of one command are generated once.
    private mutating func typeName(_ base: String, for cases: [Parameter.Case]) -> String {
        let kind = Parameter.Kind.choice(Parameter.Choice(typeName: base, cases: cases))
        var name = base
        var number = 2
        while let used = usedTypes[name], used != kind {
            name = base + String(number)
            number += 1
        }
        usedTypes[name] = kind
        return name
    }

    // MARK: The variadic one

    /// The last required list can be written as variadic arguments; so can an optional one that stands alone at the end.
    private func markPrimary(_ parameters: inout [Parameter]) {
        let lists = parameters.indices.filter { parameters[$0].isListOfValues }
        let required = lists.filter { !parameters[$0].isOptional && parameters[$0].words.isEmpty }
        if required.count == 1 {
            parameters[required[0]].isPrimary = true
        } else if required.isEmpty, lists.count == 1, lists[0] == parameters.count - 1,
            parameters[lists[0]].words.isEmpty, !parameters[lists[0]].countsFirst
        {
            parameters[lists[0]].isPrimary = true
        }
    }
}

extension Parameter {
    /// A required value without a word before it.
    var isPlainScalar: Bool {
        if case .scalar = kind { return words.isEmpty && !isOptional }
        return false
    }

    /// Whether it is a list of values or of groups of values.
    var isListOfValues: Bool {
        switch kind {
        case .list, .groups: true
        default: false
        }
    }

    /// Whether the number of values is sent before them.
    var countsFirst: Bool {
        switch kind {
        case .list(_, let countsFirst, _), .groups(_, let countsFirst): countsFirst
        default: false
        }
    }
}
