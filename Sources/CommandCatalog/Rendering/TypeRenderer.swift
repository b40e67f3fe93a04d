// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Renders a command's struct with its nested types.
struct TypeRenderer {
    let command: ResolvedCommand

    /// The declaration, inside its namespace where it has one, and its initialiser where that stands outside.
    func lines() -> [String] {
        var lines = declaration()
        if let namespace = command.namespace { lines = ["extension \(namespace) {"] + lines.indented() + ["}"] }
        guard delegates else { return lines }
        let initializer = delegatingInitializer().indented()
        return lines + ["", "extension \(command.qualifiedTypeName) {"] + initializer + ["}"]
    }

    private var properties: [Parameter] { command.parameters.filter { $0.kind != .constant } }

    /// Whether the public initialiser calls the one that Swift makes, see there.
    private var delegates: Bool { properties.count > 1 && !command.reply.isGeneric }

    private func declaration() -> [String] {
        let generic = command.reply.isGeneric ? "<Value: RESPDecodable & Sendable>" : ""
        let conformance = command.isReadOnly ? "ReadOnlyCommand" : "Command"
        var lines = documentation()
        lines.append("@frozen public struct \(SwiftName.escaped(command.typeName))\(generic): \(conformance) {")
        var body: [String] = ["/// What the server answers.", "public typealias Reply = \(command.reply.text)", ""]
        for type in nestedTypes() { body += type + [""] }
        for property in delegates ? properties.reversed() : properties {
            body.append(Documentation.line(property))
            body.append("public var \(SwiftName.escaped(property.name)): \(property.storage)")
        }
        if !properties.isEmpty { body.append("") }
        if !delegates { body += Self.initializer(properties, typeName: nil) + [""] }
        body += metadata() + [""]
        body += encode()
        let keys = Self.keyStatements(command.parameters)
        if !keys.isEmpty {
            body.append("")
            body += function(
                "/// Calls `body` with each key.", "public func forEachKey(_ body: (Span<UInt8>) -> Void)", keys)
        }
        return lines + body.indented() + ["}"]
    }

    private func documentation() -> [String] {
        var lines: [String] = []
        if let summary = command.summary { lines += ["/// \(summary)", "///"] }
        lines += Documentation.lines("`\(command.syntax)`")
        lines.append("///")
        let advice = command.deprecation.map { " Deprecated \($0)." } ?? ""
        lines += Documentation.lines("Since \(command.since). \(keys) Reply: `\(command.reply.text)`.\(advice)")
        return lines
    }

    /// Which arguments are keys: what routes the command in a cluster.
    private var keys: String {
        let names = command.parameters.flatMap(\.keyNames)
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        let isOne = names.count == 1 && command.parameters.allSatisfy { !$0.containsKey || $0.kind == .scalar(.bulk) }
        return names.isEmpty ? "No keys." : isOne ? "Key: \(list)." : "Keys: \(list)."
    }

    // MARK: Members

    private static func initializer(_ properties: [Parameter], typeName: String?) -> [String] {
        let what = typeName ?? "The command"
        let doc = properties.isEmpty ? "/// \(what); it has no arguments." : "/// \(what) with these arguments."
        let assignments = properties.map {
            "self.\(SwiftName.escaped($0.name)) = \(SwiftName.escaped($0.name))"
        }
        return [doc] + Signature.lines("@inlinable public init", arguments(properties), tail: "")
            + assignments.indented() + ["}"]
    }

    /// The initialiser of several arguments, in terms of the one that Swift makes.
    ///
    /// One that assigns properties fills a variable, which the optimiser takes apart only if it has at most six fields,
    /// a string counting as two: a larger command is written to memory, copied and destroyed wherever it is made. The one
    /// that Swift makes is a single instruction. It is internal, but cross-module optimisation, which is on by default,
    /// puts that instruction into clients (not if it is generic, so generic commands assign). It takes the properties in
    /// their order, which has to be another than that of the arguments, or both would have the same name.
    private func delegatingInitializer() -> [String] {
        let call = properties.reversed().map { property in
            let name = SwiftName.escaped(property.name)
            return "\(name): \(name)"
        }
        return ["/// The command with these arguments."]
            + Signature.lines("public init", Self.arguments(properties), tail: "")
            + Signature.call("self.init", call).indented() + ["}"]
    }

    private static func arguments(_ properties: [Parameter]) -> [String] {
        properties.map { property in
            let value = property.defaultValue.map { " = \($0)" } ?? ""
            return "\(SwiftName.escaped(property.name)): \(property.storage)\(value)"
        }
    }

    private func metadata() -> [String] {
        var list = [
            "name: \"\(command.displayName)\"", "flags: [\(command.flags.joined(separator: ", "))]",
            "idempotency: .\(command.idempotency)",
        ]
        if let policy = command.requestPolicy { list.append("requestPolicy: .\(policy)") }
        if let policy = command.responsePolicy { list.append("responsePolicy: .\(policy)") }
        let numbers = command.since.split(separator: ".").joined(separator: ", ")
        if !numbers.isEmpty { list.append("since: .init(\(numbers))") }
        var lines = function(
            "/// The facts of the command.", "public static var metadata: CommandMetadata",
            Signature.call("CommandMetadata", list))
        lines += callMetadata()
        return lines
    }

    /// The facts of one call, where its arguments decide them.
    private func callMetadata() -> [String] {
        let lacking = CompletenessRenderer.terms(command.parameters)
        guard !lacking.isEmpty || command.blockParameter != nil else { return [] }
        var docs: [String] = []
        var statements: [String] = []
        if !lacking.isEmpty {
            docs.append("It is refused with an empty list where the server wants one.")
            statements = [
                "if \(lacking.joined(separator: " || ")) { return Self.metadata.adding(.lacksArguments) }"
            ]
        }
        if let block = command.blockParameter {
            docs.append("It waits only with `BLOCK`.")
            let name = SwiftName.escaped(block.name)
            statements.append("return \(name) == nil ? Self.metadata : Self.metadata.adding(.blocking)")
        } else {
            statements.append("return Self.metadata")
        }
        return [""]
            + function("/// \(docs.joined(separator: " "))", "public var callMetadata: CommandMetadata", statements)
    }

    private func encode() -> [String] {
        let (fixed, terms) = EncodingRenderer.count(command.parameters)
        let total = fixed + command.words.count
        var statements: [String] = []
        if terms.isEmpty {
            statements = EncodingRenderer.statements(
                lead: command.words, prefix: "*\(total)\\r\\n", command.parameters)
        } else {
            statements = countStatements(total, terms)
            statements += EncodingRenderer.statements(lead: command.words, command.parameters)
        }
        return function(
            "/// Appends the command.", "public func encode(into encoder: inout CommandEncoder)", statements)
    }

    /// A long sum is split up: the type checker takes seconds for twenty terms in one expression, or for a closure in it.
    private func countStatements(_ fixed: Int, _ terms: [String]) -> [String] {
        guard terms.count > 4 || terms.count > 1 && terms.contains(where: { $0.contains("reduce") }) else {
            return Signature.call("encoder.command", [EncodingRenderer.countExpression(fixed: fixed, terms: terms)])
        }
        return ["var words = \(fixed)"] + terms.map { "words += \($0)" } + ["encoder.command(words)"]
    }

    private func function(_ doc: String, _ head: String, _ statements: [String]) -> [String] {
        [doc, "@inlinable \(head) {"] + statements.indented() + ["}"]
    }

    // MARK: Keys

    private static func keyStatements(_ parts: [Parameter]) -> [String] {
        parts.filter(\.containsKey).map { part in
            let name = SwiftName.escaped(part.name)
            switch part.kind {
            case .list: return "\(name).forEachSpan(body)"
            case .groups(let parts, _): return "\(name).forEachSpan(by: \(parts.count), body)"
            case .choice, .block:
                return part.isOptional ? "if let \(name) { \(name).forEachKey(body) }" : "\(name).forEachKey(body)"
            default: return part.isOptional ? "if let \(name) { \(name).withSpan(body) }" : "\(name).withSpan(body)"
            }
        }
    }

    // MARK: Nested types

    /// The declarations of types that several commands share, in the order of their names.
    static func sharedTypes(_ types: [String: Parameter]) -> [[String]] {
        types.sorted { $0.key < $1.key }.map { _, part in
            switch part.kind {
            case .choice(let choice), .choices(let choice): choiceLines(choice, part)
            case .block(let block): blockLines(block, part)
            default: []
            }
        }
    }

    private func nestedTypes() -> [[String]] {
        var seen: Set<String> = []
        var result: [[String]] = []
        func visit(_ parts: [Parameter]) {
            for part in parts {
                switch part.kind {
                case .choice(let choice), .choices(let choice):
                    guard choice.isNested else { continue }
                    for one in choice.cases { visit(one.parts) }
                    if seen.insert(choice.typeName).inserted { result.append(Self.choiceLines(choice, part)) }
                case .block(let block):
                    guard !block.isShared else { continue }
                    visit(block.parts)
                    if seen.insert(block.typeName).inserted { result.append(Self.blockLines(block, part)) }
                default: break
                }
            }
        }
        visit(command.parameters)
        return result
    }

    private static func blockLines(_ block: Parameter.Block, _ part: Parameter) -> [String] {
        let properties = block.parts.filter { $0.kind != .constant }
        let (fixed, terms) = EncodingRenderer.count(block.parts)
        var body: [String] = []
        for property in properties {
            body.append(Documentation.line(property))
            body.append("public var \(SwiftName.escaped(property.name)): \(property.storage)")
        }
        body += [""] + initializer(properties, typeName: "The option") + [""]
        body.append(
            "@inlinable var argumentCount: Int { \(EncodingRenderer.countExpression(fixed: fixed, terms: terms)) }")
        body += CompletenessRenderer.property(block).after([""])
        body.append("")
        body.append("@inlinable func encode(into encoder: inout CommandEncoder) {")
        body += EncodingRenderer.statements(block.parts).indented() + ["}"]
        return [Documentation.line("`\(part.syntax)`"), "@frozen public struct \(block.typeName): Sendable {"]
            + body.indented() + ["}"]
    }

    private static func choiceLines(_ choice: Parameter.Choice, _ part: Parameter) -> [String] {
        var body: [String] = []
        var conversions: [String] = []
        for one in choice.cases {
            let name = SwiftName.escaped(one.name)
            let payloads = one.payloads
            body.append(
                Documentation.line("`\(one.syntax)`\(one.needsConversion ? "; use the function of the name" : "")"))
            body.append("case \(one.storedName)" + (payloads.isEmpty ? "" : "(\(one.payloadList { $0.storage }))"))
            if one.needsConversion {
                let values = one.payloadList(named: true) {
                    $0.kind == .scalar(.bulk) ? "some BulkStringConvertible" : $0.storage
                }
                let arguments = one.payloads.map { payload in
                    let label = payloads.count == 1 ? "" : "\(SwiftName.escaped(payload.name)): "
                    let conversion = payload.kind == .scalar(.bulk) ? ".bulkString" : ""
                    return "\(label)\(SwiftName.escaped(payload.name))\(conversion)"
                }
                conversions.append(Documentation.line("`\(one.syntax)`"))
                conversions.append("@inlinable public static func \(name)(\(values)) -> Self {")
                conversions.append("    .\(one.storedName)(\(arguments.joined(separator: ", ")))")
                conversions.append("}")
            }
        }
        body += conversions.isEmpty ? [] : [""] + conversions
        if choice.fixedCount == nil {
            body += ["", "@inlinable var argumentCount: Int {", "    switch self {"]
            for one in choice.cases {
                let (fixed, terms) = EncodingRenderer.count(one.parts)
                let pattern = terms.isEmpty ? ".\(one.storedName)" : one.pattern(countedBy: terms)
                body.append("    case \(pattern): \(EncodingRenderer.countExpression(fixed: fixed, terms: terms))")
            }
            body += ["    }", "}"]
        }
        body += CompletenessRenderer.property(choice).after([""])
        body += ["", "@inlinable func encode(into encoder: inout CommandEncoder) {", "    switch self {"]
        for one in choice.cases {
            body.append("    case \(one.pattern):")
            body += EncodingRenderer.statements(one.parts).indented().indented()
        }
        body += ["    }", "}"]
        if part.containsKey {
            body += ["", "@inlinable func forEachKey(_ body: (Span<UInt8>) -> Void) {", "    switch self {"]
            for one in choice.cases {
                let keys = keyStatements(one.parts)
                body.append("    case \(keys.isEmpty ? ".\(one.storedName)" : one.pattern):")
                body += (keys.isEmpty ? ["break"] : keys).indented().indented()
            }
            body += ["    }", "}"]
        }
        return [Documentation.line("`\(part.syntax)`"), "@frozen public enum \(choice.typeName): Sendable {"]
            + body.indented() + ["}"]
    }
}

extension Parameter.Case {
    /// The payloads' types, with labels if there are several.
    func payloadList(named: Bool = false, _ type: (Parameter) -> String) -> String {
        payloads.map { payload in
            let name = SwiftName.escaped(payload.name)
            if payloads.count == 1 { return named ? "_ \(name): \(type(payload))" : type(payload) }
            return "\(name): \(type(payload))"
        }.joined(separator: ", ")
    }

    /// Whether a value can be given as any type that converts to a bulk string; a function does that, since a case can't.
    var needsConversion: Bool { payloads.contains { $0.kind == .scalar(.bulk) } }

    /// The case's name; an underscore leaves the plain name to the function.
    var storedName: String { needsConversion ? "_" + name : SwiftName.escaped(name) }

    /// Matches the case and binds its payloads.
    var pattern: String {
        let names = payloads.map { "let \(SwiftName.escaped($0.name))" }
        return ".\(storedName)" + (names.isEmpty ? "" : "(\(names.joined(separator: ", ")))")
    }

    /// The same, binding only what decides how many words there are.
    func pattern(countedBy terms: [String]) -> String {
        let names = payloads.map { payload in
            let name = SwiftName.escaped(payload.name)
            return terms.contains { $0.contains(name) } ? "let \(name)" : "_"
        }
        return ".\(storedName)(\(names.joined(separator: ", ")))"
    }
}

extension Parameter {
    /// The type of the stored property.
    var storage: String {
        let type =
            switch kind {
            case .constant, .flag: "Bool"
            case .scalar(let scalar): scalar.storage
            case .list(.bulk, _, let repeatsToken): repeatsToken ? "[BulkString]" : "BulkStringList"
            case .list(let scalar, _, _): "[\(scalar.storage)]"
            case .groups: "BulkStringList"
            case .choice(let choice): choice.typeName
            case .choices(let choice): "[\(choice.typeName)]"
            case .block(let block): block.typeName
            }
        switch kind {
        case .scalar, .choice, .block: return isOptional ? type + "?" : type
        default: return type
        }
    }

    /// What an optional property is if nothing is said.
    var defaultValue: String? {
        guard isOptional else { return nil }
        return switch kind {
        case .flag: "false"
        case .list(.bulk, _, false), .groups: ".many([])"
        case .list, .choices: "[]"
        default: "nil"
        }
    }
}

extension [String] {
    /// These lines behind others; nothing at all if there are none.
    func after(_ lines: [String]) -> [String] { isEmpty ? [] : lines + self }

    /// Each line four spaces further in; empty ones stay empty.
    func indented() -> [String] { map { $0.isEmpty ? $0 : "    " + $0 } }
}
