// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Renders how a call says that one of its lists is empty although the server wants at least one of it.
enum CompletenessRenderer {
    /// What is true if something is lacking in `parts`, as terms to be joined by "or".
    static func terms(_ parts: [Parameter]) -> [String] {
        parts.flatMap { part -> [String] in
            let name = SwiftName.escaped(part.name)
            switch part.kind {
            case .list, .groups: return part.isOptional ? [] : ["\(name).isEmpty"]
            case .choices(let choice):
                let empty = part.isOptional ? [] : ["\(name).isEmpty"]
                return empty + (canLack(choice) ? ["\(name).contains(where: { $0.isIncomplete })"] : [])
            case .choice(let choice): return canLack(choice) ? [nested(name, part)] : []
            case .block(let block): return terms(block.parts).isEmpty ? [] : [nested(name, part)]
            case .constant, .flag, .scalar: return []
            }
        }
    }

    /// The property of a nested enum; nothing for one that always says enough.
    static func property(_ choice: Parameter.Choice) -> [String] {
        guard canLack(choice) else { return [] }
        var lines = ["@inlinable var isIncomplete: Bool {", "    switch self {"]
        for one in choice.cases {
            let terms = terms(one.parts)
            if terms.isEmpty { continue }
            lines.append("    case \(one.pattern(countedBy: terms)): \(terms.joined(separator: " || "))")
        }
        if choice.cases.contains(where: { terms($0.parts).isEmpty }) { lines.append("    default: false") }
        return lines + ["    }", "}"]
    }

    /// The property of a nested struct.
    static func property(_ block: Parameter.Block) -> [String] {
        let terms = terms(block.parts)
        return terms.isEmpty ? [] : ["@inlinable var isIncomplete: Bool { \(terms.joined(separator: " || ")) }"]
    }

    private static func canLack(_ choice: Parameter.Choice) -> Bool {
        choice.cases.contains { !terms($0.parts).isEmpty }
    }

    private static func nested(_ name: String, _ part: Parameter) -> String {
        part.isOptional ? "\(name)?.isIncomplete == true" : "\(name).isIncomplete"
    }
}
