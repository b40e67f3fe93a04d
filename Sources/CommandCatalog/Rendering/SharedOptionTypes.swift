// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Finds the option types that several commands have in common, and gives them their names.
struct SharedOptionTypes {
    /// By what they are, without their own names.
    private var names: [Parameter.Kind: String] = [:]
    /// One parameter of each type, by the type's name.
    private(set) var types: [String: Parameter] = [:]

    /// Puts shared types into `commands`: first those that hold no others, then the rest.
    init(_ commands: inout [ResolvedCommand]) {
        for leavesOnly in [true, false] {
            for command in commands {
                for part in command.parameters {
                    collect(part, of: command.qualifiedTypeName, leavesOnly: leavesOnly)
                }
            }
        }
        for index in commands.indices { commands[index].parameters = commands[index].parameters.map(renamed) }
    }

    private mutating func collect(_ part: Parameter, of owner: String, leavesOnly: Bool) {
        for child in part.children { collect(child, of: owner, leavesOnly: leavesOnly) }
        guard !leavesOnly || part.children.allSatisfy({ $0.kind.anonymous == nil }) else { return }
        var type = renamed(part)
        guard let (typeName, key) = type.kind.anonymous, names[key] == nil,
            let name = SharedOptions.table["\(owner).\(typeName)"], types[name] == nil
        else { return }
        names[key] = name
        type.kind = type.kind.named(name, isShared: false)
        types[name] = type
    }

    private func renamed(_ part: Parameter) -> Parameter {
        var part = part
        switch part.kind {
        case .choice(var choice):
            choice.cases = choice.cases.map(renamed)
            part.kind = .choice(choice)
        case .choices(var choice):
            choice.cases = choice.cases.map(renamed)
            part.kind = .choices(choice)
        case .block(var block):
            block.parts = block.parts.map(renamed)
            part.kind = .block(block)
        default: return part
        }
        if let (_, key) = part.kind.anonymous, let name = names[key] {
            part.kind = part.kind.named(name, isShared: true)
        }
        return part
    }

    private func renamed(_ one: Parameter.Case) -> Parameter.Case {
        var one = one
        one.parts = one.parts.map(renamed)
        return one
    }
}

extension Parameter.Kind {
    /// The type's name, and the type without it; nil for what is no type of its own, or shared already.
    fileprivate var anonymous: (typeName: String, kind: Parameter.Kind)? {
        switch self {
        case .choice(var choice), .choices(var choice):
            guard !choice.isExternal, !choice.isShared else { return nil }
            let name = choice.typeName
            choice.typeName = ""
            choice.cases = choice.cases.map(\.plain)
            return (name, .choice(choice))
        case .block(var block):
            guard !block.isShared else { return nil }
            let name = block.typeName
            block.typeName = ""
            block.parts = block.parts.map(\.plain)
            return (name, .block(block))
        default: return nil
        }
    }

    /// The same with another name.
    fileprivate func named(_ name: String, isShared: Bool) -> Parameter.Kind {
        switch self {
        case .choice(var choice):
            (choice.typeName, choice.isShared) = (name, isShared)
            return .choice(choice)
        case .choices(var choice):
            (choice.typeName, choice.isShared) = (name, isShared)
            return .choices(choice)
        case .block(var block):
            (block.typeName, block.isShared) = (name, isShared)
            return .block(block)
        default: return self
        }
    }
}

extension Parameter.Case {
    fileprivate var plain: Parameter.Case {
        var plain = self
        plain.syntax = ""
        plain.parts = plain.parts.map(\.plain)
        return plain
    }
}

extension Parameter {
    /// What its type is made of.
    fileprivate var children: [Parameter] {
        switch kind {
        case .choice(let choice), .choices(let choice): choice.cases.flatMap(\.parts)
        case .block(let block): block.parts
        default: []
        }
    }

    /// Without what only documentation shows.
    fileprivate var plain: Parameter {
        var plain = self
        plain.syntax = ""
        switch plain.kind {
        case .choice(var choice):
            choice.cases = choice.cases.map(\.plain)
            plain.kind = .choice(choice)
        case .block(var block):
            block.parts = block.parts.map(\.plain)
            plain.kind = .block(block)
        default: break
        }
        return plain
    }
}
