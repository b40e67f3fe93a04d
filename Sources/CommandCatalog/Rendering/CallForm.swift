// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// One way to call a command: its parameters as they are written, and what the struct's initialiser gets from them.
struct CallForm: Hashable {
    var generics: [String] = []
    var parameters: [String] = []
    var arguments: [String] = []

    /// All ways to call `command`: one, or several if a list can be written as variadic arguments or a dictionary.
    ///
    /// `type` is the command's type, for naming its nested ones.
    static func all(_ command: ResolvedCommand, type: String) -> [CallForm] {
        let properties = command.parameters.filter { $0.kind != .constant }
        guard let primary = properties.first(where: \.isPrimary) else { return [form(properties, type, primary: nil)] }
        return primaryForms(primary).map { form(properties, type, primary: $0) }
    }

    /// Required parameters come first and have no label, unless they follow variadic ones; the initialiser's arguments
    /// are in the order of the request.
    private static func form(_ properties: [Parameter], _ type: String, primary: CallForm?) -> CallForm {
        var result = CallForm(generics: primary?.generics ?? [])
        var expressions: [String: String] = [:]
        var isBehindPrimary = false
        let required = properties.filter { !$0.isOptional || $0.isPrimary }
        for property in required + properties.filter({ $0.isOptional && !$0.isPrimary }) {
            let name = SwiftName.escaped(property.name)
            if property.isPrimary, let primary {
                result.parameters += primary.parameters
                expressions[property.name] = primary.arguments[0]
                isBehindPrimary = true
                continue
            }
            let (declaration, expression) = single(property, type)
            let label = property.isOptional || property.isLabelled || isBehindPrimary ? name : "_ \(name)"
            let value = property.defaultInCall.map { " = \($0)" } ?? ""
            result.parameters.append("\(label): \(declaration)\(value)")
            expressions[property.name] = expression
        }
        result.arguments = properties.compactMap { property in
            expressions[property.name].map { "\(SwiftName.escaped(property.name)): \($0)" }
        }
        return result
    }

    private static func single(_ property: Parameter, _ type: String) -> (declaration: String, expression: String) {
        let name = SwiftName.escaped(property.name)
        switch property.kind {
        case .scalar(.bulk):
            return property.isOptional
                ? ("(any BulkStringConvertible)?", "\(name)?.bulkString")
                : ("some BulkStringConvertible", "\(name).bulkString")
        case .list(.bulk, _, let repeatsToken):
            if property.isOptional {
                let all = "\(name).map { $0.bulkString }"
                return ("[any BulkStringConvertible]", repeatsToken ? all : ".many(\(all))")
            }
            let list = "BulkStringList(\(name))"
            return ("some Collection<some BulkStringConvertible>", repeatsToken ? "\(name).map(\\.bulkString)" : list)
        case .choice(let choice):
            let choiceType = choice.isNested ? "\(type).\(choice.typeName)" : choice.typeName
            return (property.isOptional ? "\(choiceType)?" : choiceType, name)
        case .choices(let choice): return ("[\(choice.isNested ? "\(type)." : "")\(choice.typeName)]", name)
        case .block(let block): return ("\(block.isShared ? "" : "\(type).")\(block.typeName)?", name)
        default: return (property.storage, name)
        }
    }

    private static func primaryForms(_ property: Parameter) -> [CallForm] {
        let name = SwiftName.escaped(property.name)
        var forms: [CallForm] = []
        switch property.kind {
        case .list(.bulk, _, _):
            forms = [
                CallForm(
                    generics: ["Argument: BulkStringConvertible"],
                    parameters: ["_ first: Argument", "_ more: Argument..."], arguments: ["BulkStringList(first, more)"]
                ),
                CallForm(
                    parameters: ["_ \(name): some Collection<some BulkStringConvertible>"],
                    arguments: ["BulkStringList(\(name))"]),
            ]
        case .list(let scalar, _, _):
            forms = [
                CallForm(
                    parameters: ["_ first: \(scalar.storage)", "_ more: \(scalar.storage)..."],
                    arguments: ["[first] + more"]),
                CallForm(parameters: ["_ \(name): [\(scalar.storage)]"], arguments: [name]),
            ]
        case .groups(let parts, _):
            forms = groupForms(name, parts)
        default: break
        }
        if property.isOptional {
            let none = property.defaultValue ?? ".many([])"
            forms.insert(CallForm(parameters: [], arguments: [none]), at: 0)
        }
        return forms
    }

    private static func groupForms(_ name: String, _ parts: [Parameter]) -> [CallForm] {
        func isBulk(_ part: Parameter) -> Bool { part.kind == .scalar(.bulk) }
        let one = CallForm(
            parameters: parts.map {
                "_ \(SwiftName.escaped($0.name)): \(isBulk($0) ? "some BulkStringConvertible" : $0.storage)"
            },
            arguments: [
                "BulkStringList(\(parts.count == 2 ? "pair" : "triple"): "
                    + parts.map { SwiftName.escaped($0.name) + ".bulkString" }.joined(separator: ", ") + ")"
            ])
        let names = ["First", "Second", "Third"]
        var generics: [String] = []
        let types = zip(parts, names).map { part, generic in
            guard isBulk(part) else { return part.storage }
            generics.append("\(generic): BulkStringConvertible")
            return generic
        }
        let many = CallForm(
            generics: generics,
            parameters: ["_ \(name): some Collection<(\(types.joined(separator: ", ")))>"],
            arguments: ["BulkStringList(\(parts.count == 2 ? "pairs" : "triples"): \(name))"])
        guard parts.count == 2, parts.allSatisfy(isBulk) else { return [one, many] }
        let dictionary = CallForm(
            generics: generics, parameters: ["_ \(name): [First: Second]"],
            arguments: ["BulkStringList(pairs: \(name))"])
        return [one, many, dictionary]
    }
}

extension Parameter.Choice {
    /// Whether its type is inside the command's.
    var isNested: Bool { !isExternal && !isShared }
}

extension Parameter {
    /// What an optional parameter of a method is if nothing is said.
    fileprivate var defaultInCall: String? {
        guard isOptional else { return nil }
        if case .list = kind { return "[]" }
        return defaultValue
    }
}
