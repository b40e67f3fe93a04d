// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Renders calls of a command for the tests: one with what is required, and one more for each option, each alternative
/// and each part of a block, so that everything that the grammar knows is sent at least once.
struct SampleRenderer {
    let command: ResolvedCommand

    /// The type, with a value type where the reply wants one.
    private var type: String { command.qualifiedTypeName + (command.reply.isGeneric ? "<RESPBytes>" : "") }

    /// Expressions that make the command.
    func expressions() -> [String] {
        combinations(command.parameters, of: command.qualifiedTypeName).map { "\(type)(\($0))" }
    }

    /// Expressions for calls that lack something: what is required, but with one of its lists empty.
    func incompleteExpressions() -> [String] {
        let properties = command.parameters.filter { $0.kind != .constant }
        let owner = command.qualifiedTypeName
        let always = SampleFacts.rules[owner]?.always ?? []
        return properties.filter { !$0.isOptional }.compactMap { lacking in
            let empty: String
            switch lacking.kind {
            case .list(.bulk, _, false), .groups: empty = ".many([])"
            case .list, .choices: empty = "[]"
            default: return nil
            }
            let arguments = properties.filter { !$0.isOptional || always.contains($0.name) }.map { property in
                let value = property.name == lacking.name ? empty : values(property).first ?? ""
                return "\(SwiftName.escaped(property.name)): \(value)"
            }
            return "\(type)(\(arguments.joined(separator: ", ")))"
        }
    }

    /// Argument lists: what is required, then the same with one thing changed or added.
    private func combinations(_ parameters: [Parameter], of owner: String) -> [String] {
        let rules = SampleFacts.rules[owner] ?? SampleFacts.Rules()
        let properties = parameters.filter { $0.kind != .constant }
        let values = properties.map { (name: $0.name, all: self.values($0), isOptional: $0.isOptional) }
        func list(_ chosen: [String: String]) -> String {
            let chosen = rules.adjusted(chosen)
            return values.compactMap { value in
                chosen[value.name].map { "\(SwiftName.escaped(value.name)): \($0)" }
            }.joined(separator: ", ")
        }
        var base: [String: String] = [:]
        for value in values where !value.isOptional || rules.always.contains(value.name) {
            base[value.name] = value.all.first
        }
        var lists = [list(base)]
        for value in values {
            for (index, expression) in value.all.enumerated() where base[value.name] == nil || index > 0 {
                lists.append(list(base.merging([value.name: expression]) { $1 }))
            }
        }
        return lists
    }

    /// Expressions for a parameter, one for each way to write it.
    private func values(_ parameter: Parameter) -> [String] {
        switch parameter.kind {
        case .constant: []
        case .flag: ["true"]
        case .scalar(.value(let type)):
            [value(parameter.name, .value(type), 0)] + (SampleFacts.externalChoices[type] ?? []).dropFirst()
        case .scalar(let scalar): [value(parameter.name, scalar, 0)]
        case .list(.bulk, _, let repeatsToken):
            repeatsToken
                ? ["[\(value(parameter.name, .bulk, 0)), \(value(parameter.name, .bulk, 1))]"]
                : ["BulkStringList([\(value(parameter.name, .bulk, 0)), \(value(parameter.name, .bulk, 1))])"]
        case .list(let scalar, _, _):
            ["[\(value(parameter.name, scalar, 0)), \(value(parameter.name, scalar, 1))]"]
        case .groups(let parts, _): [groups(parts)]
        case .choice(let choice): alternatives(choice)
        case .choices(let choice): repetitions(choice)
        case .block(let block):
            combinations(block.parts, of: "\(command.qualifiedTypeName).\(block.typeName)").map {
                "\(block.isShared ? "" : "\(type).")\(block.typeName)(\($0))"
            }
        }
    }

    private func groups(_ parts: [Parameter]) -> String {
        let label = parts.count == 2 ? "pairs" : "triples"
        // A polygon has at least three corners.
        let groups = (0...(parts.contains { $0.name == "longitude" } ? 2 : 1)).map { index in
            let values = parts.map { part -> String in
                guard case .scalar(let scalar) = part.kind else { return "0" }
                return value(part.name, scalar, index)
            }
            return "(\(values.joined(separator: ", ")))"
        }
        return "BulkStringList(\(label): [\(groups.joined(separator: ", "))])"
    }

    private func alternatives(_ choice: Parameter.Choice) -> [String] {
        if choice.isExternal { return SampleFacts.externalChoices[choice.typeName] ?? [] }
        return choice.cases.flatMap { one -> [String] in
            let owner = choice.isNested ? "\(type)." : ""
            let name = "\(owner)\(choice.typeName).\(SwiftName.escaped(one.name))"
            let payloads = one.payloads
            guard !payloads.isEmpty else { return [name] }
            let all = payloads.map(values)
            var lists = [all.map { $0[0] }]
            for index in all.indices {
                for value in all[index].dropFirst() {
                    lists.append(lists[0])
                    lists[lists.count - 1][index] = value
                }
            }
            return lists.map { list in
                let arguments = zip(payloads, list).map { payload, value in
                    payloads.count == 1 ? value : "\(SwiftName.escaped(payload.name)): \(value)"
                }
                return "\(name)(\(arguments.joined(separator: ", ")))"
            }
        }
    }

    private func repetitions(_ choice: Parameter.Choice) -> [String] {
        let alternatives = alternatives(choice)
        guard let first = alternatives.first, let last = alternatives.last else { return [] }
        return alternatives.map { "[\($0)]" } + ["[\(first), \(last)]"]
    }

    private func value(_ name: String, _ scalar: Parameter.Scalar, _ index: Int) -> String {
        SampleFacts.value(
            of: name, in: command.qualifiedTypeName, group: command.group, as: scalar, index: index)
    }
}
