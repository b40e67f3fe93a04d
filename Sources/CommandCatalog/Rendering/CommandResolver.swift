// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Puts catalogue and tables together: what is rendered, and what is left out and why.
struct CommandResolver {
    private(set) var commands: [ResolvedCommand] = []
    private(set) var skipped: [SkippedCommand] = []
    /// A parameter of each type that several commands share, by the type's name.
    private(set) var sharedTypes: [String: Parameter] = [:]

    /// Resolves every command of `catalogue`; replies, names and variants come from the tables.
    init(_ catalogue: Catalogue) {
        for command in catalogue.commands {
            if let subcommands = command.subcommands {
                for subcommand in subcommands { add(subcommand, container: command) }
            } else {
                add(command, container: nil)
            }
        }
        sharedTypes = SharedOptionTypes(&commands).types
    }

    private mutating func add(_ command: CatalogueCommand, container: CatalogueCommand?) {
        let words = (container.map { [$0.name.uppercased()] } ?? []) + [command.name.uppercased()]
        let name = words.joined(separator: " ")
        if let reason = CommandFacts.reasonToSkip(name, command: command) {
            skipped.append(SkippedCommand(name: name, reason: reason))
            return
        }
        let variants = Variants.table[name] ?? [Variant()]
        for variant in variants {
            do throws(UnsupportedGrammar) {
                commands.append(try resolve(command, words: words, container: container, variant: variant))
            } catch {
                skipped.append(SkippedCommand(name: name, reason: "grammar: \(error.reason)"))
                return
            }
        }
    }

    private func resolve(
        _ command: CatalogueCommand, words: [String], container: CatalogueCommand?, variant: Variant
    ) throws(UnsupportedGrammar) -> ResolvedCommand {
        let name = words.joined(separator: " ")
        let arguments = variant.apply(to: Grammars.table[name] ?? command.arguments ?? [])
        var resolver = GrammarResolver(name)
        let parameters = try resolver.parameters(arguments)
        let flags = Set(command.flags ?? [])
        let isReadOnly = variant.isReadOnly ?? flags.contains("readonly")
        let typeWords = words.map { String($0.map { $0.isLetter || $0.isNumber ? $0 : "_" }) }
        return ResolvedCommand(
            words: words,
            namespace: container == nil ? nil : typeWords[0],
            typeName: variant.typeName ?? typeWords[typeWords.count - 1],
            methodName: variant.methodName ?? CommandFacts.methodNames[name]
                ?? SwiftName.member(words.joined(separator: "-")),
            group: container?.group ?? command.group,
            since: command.since,
            syntax: Documentation.abridged(([name] + arguments.map(\.syntax)).joined(separator: " ")),
            summary: variant.summary ?? Summaries.table[name],
            deprecation: (variant.deprecatedSince ?? command.deprecatedSince).map {
                "since \($0)\(CommandFacts.replacements[name].map { ": use \($0)" } ?? "")"
            },
            parameters: parameters,
            reply: ResolvedCommand.Reply(text: variant.reply ?? Replies.type(of: name)),
            isReadOnly: isReadOnly,
            flags: metadataFlags(command, isReadOnly: isReadOnly),
            idempotency: variant.idempotency ?? CommandFacts.idempotency(name, isReadOnly: isReadOnly),
            requestPolicy: policy(command, "request_policy"),
            responsePolicy: policy(command, "response_policy"))
    }

    private func metadataFlags(_ command: CatalogueCommand, isReadOnly: Bool) -> [String] {
        let flags = Set(command.flags ?? [])
        var result: [String] = []
        if isReadOnly { result.append(".readOnly") }
        if flags.contains("write"), !isReadOnly { result.append(".write") }
        let blocksByOption = (command.arguments ?? []).contains { $0.token == "BLOCK" }
        if flags.contains("blocking"), !blocksByOption { result.append(".blocking") }
        if flags.contains("admin") { result.append(".administrative") }
        if flags.contains("movablekeys") { result.append(".movableKeys") }
        return result
    }

    private func policy(_ command: CatalogueCommand, _ kind: String) -> String? {
        guard let tip = command.tips?.first(where: { $0.hasPrefix(kind + ":") }) else { return nil }
        return CommandFacts.policies[String(tip.dropFirst(kind.count + 1))]
    }
}

extension Catalogue {
    /// Names that a table has and the catalogue has not: misspelt, or gone from the server.
    package var unknownNamesInTables: [String] {
        var names: Set<String> = []
        for command in commands {
            let name = command.name.uppercased()
            names.insert(name)
            for subcommand in command.subcommands ?? [] { names.insert("\(name) \(subcommand.name.uppercased())") }
        }
        let tables = [
            Set(Replies.table.keys), Set(Variants.table.keys), Set(Grammars.table.keys), Set(Summaries.table.keys),
            Set(ArgumentTypes.byCommand.keys), CommandFacts.allNames,
        ]
        let unused = Set(SharedOptions.table.values).subtracting(CommandResolver(self).sharedTypes.keys)
        return tables.reduce(unused) { $0.union($1.subtracting(names)) }.sorted()
    }
}
