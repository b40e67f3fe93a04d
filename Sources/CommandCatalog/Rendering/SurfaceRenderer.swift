// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Renders a command's methods on executors and queues, and its factories.
struct SurfaceRenderer {
    let command: ResolvedCommand

    /// The extensions.
    func lines() -> [String] {
        let executor = command.isReadOnly ? "ReadCommandExecutor" : "CommandExecutor"
        var lines = ["extension \(executor) where Self: ~Copyable {"]
        lines += methods(tail: { "async throws -> \($0)" }, call: "try await execute").indented()
        lines += ["}", "", "extension CommandQueue where Self: ~Copyable {"]
        lines += methods(tail: { "-> Queued<\($0)>" }, call: "enqueue", isQueue: true).indented()
        lines += ["}", ""]
        return lines + factories()
    }

    private var type: String { command.qualifiedTypeName }

    private func methods(
        tail: (String) -> String, call: String, isQueue: Bool = false
    ) -> [String] {
        var lines: [String] = []
        for (type, value, extra) in versions {
            for form in CallForm.all(command, type: type) {
                if !lines.isEmpty { lines.append("") }
                lines.append(documentation)
                lines += deprecation
                if isQueue || !command.isReadOnly { lines.append("@discardableResult") }
                let replyType = command.reply.type(value ?? "")
                lines += function(
                    "@export(implementation) public func \(SwiftName.escaped(command.methodName))", form, extra: extra,
                    tail: tail(replyType), body: Signature.call("\(call)(\(type)", form.arguments, tail: ")"))
            }
        }
        return lines
    }

    /// The type with its generic argument, the argument, and whether the caller names it.
    private var versions: [(type: String, value: String?, extra: Bool)] {
        guard command.reply.isGeneric else { return [(type, nil, false)] }
        let value = CommandFacts.defaultValueType(command.displayName)
        return [("\(type)<\(value)>", value, false), ("\(type)<Value>", "Value", true)]
    }

    private func function(
        _ head: String, _ form: CallForm, extra: Bool, tail: String, body: [String]
    ) -> [String] {
        let generics = form.generics + (extra ? ["Value: RESPDecodable & Sendable"] : [])
        let clause = generics.isEmpty ? "" : "<\(generics.joined(separator: ", "))>"
        let parameters = form.parameters + (extra ? ["as valueType: Value.Type"] : [])
        return Signature.lines(head + clause, parameters, tail: tail) + body.indented() + ["}"]
    }

    private func factories() -> [String] {
        var lines: [String] = []
        for (type, _, extra) in versions {
            if !lines.isEmpty { lines.append("") }
            lines.append(extra ? "extension Command {" : "extension Command where Self == \(type) {")
            var isFirst = true
            for form in CallForm.all(command, type: type) {
                if !isFirst { lines.append("") }
                isFirst = false
                lines.append("    " + documentation)
                lines += deprecation.indented()
                lines += function(
                    "@export(implementation) public static func \(SwiftName.escaped(command.methodName))", form,
                    extra: extra,
                    tail: extra ? "-> Self where Self == \(type)" : "-> Self",
                    body: Signature.call(type, form.arguments)
                ).indented()
            }
            lines.append("}")
        }
        return lines
    }

    private var deprecation: [String] {
        command.deprecation.map { ["@available(*, deprecated, message: \"\($0)\")"] } ?? []
    }

    private var documentation: String {
        let (syntax, type) = ("`\(command.syntax)`", "``\(command.qualifiedTypeName.replacing(".", with: "/"))``")
        if let summary = command.summary { return "/// \(summary) See \(type)." }
        return syntax.count < 100 ? "/// \(syntax); see \(type)." : "/// `\(command.displayName)`; see \(type)."
    }
}
