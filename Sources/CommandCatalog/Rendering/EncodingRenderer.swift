// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Renders how a row of parameters is counted and sent. Words that are always sent become one literal.
struct EncodingRenderer {
    private(set) var lines: [String] = []
    private var pending = ""

    /// The statements that send `parts`; `lead` is sent first.
    static func statements(lead: [String] = [], prefix: String = "", _ parts: [Parameter]) -> [String] {
        var renderer = EncodingRenderer()
        renderer.pending = prefix + lead.map(bulk).joined()
        for part in parts { renderer.send(part) }
        renderer.flush()
        return renderer.lines
    }

    /// How many words `parts` are: a constant, and expressions to add.
    static func count(_ parts: [Parameter]) -> (fixed: Int, terms: [String]) {
        var fixed = 0
        var terms: [String] = []
        for part in parts {
            let (more, term) = count(part)
            fixed += more
            if let term { terms.append(term) }
        }
        return (fixed, terms)
    }

    /// As an expression.
    static func countExpression(fixed: Int, terms: [String]) -> String {
        let all = (fixed > 0 || terms.isEmpty ? [String(fixed)] : []) + terms
        return all.joined(separator: " + ")
    }

    private static func count(_ part: Parameter) -> (fixed: Int, term: String?) {
        let name = SwiftName.escaped(part.name)
        let words = part.words.count
        switch part.kind {
        case .constant: return (1, nil)
        case .flag: return (0, "(\(name) ? 1 : 0)")
        case .scalar: return part.isOptional ? (0, "(\(name) == nil ? 0 : \(words + 1))") : (words + 1, nil)
        case .list(let scalar, let countsFirst, let repeatsToken):
            let extra = countsFirst ? 1 : 0
            let each = scalar.wordCount + (repeatsToken ? words : 0)
            let all = each == 1 ? "\(name).count" : "\(each) * \(name).count"
            if repeatsToken { return (extra, all) }
            guard part.isOptional, words > 0 else { return (words + extra, all) }
            return (0, "(\(name).isEmpty ? 0 : \(name).count + \(words + extra))")
        case .groups(_, let countsFirst):
            let extra = countsFirst ? 1 : 0
            guard part.isOptional, words > 0 else { return (words + extra, "\(name).count") }
            return (0, "(\(name).isEmpty ? 0 : \(name).count + \(words + extra))")
        case .choice(let choice):
            if let fixed = choice.fixedCount {
                return part.isOptional ? (0, "(\(name) == nil ? 0 : \(words + fixed))") : (words + fixed, nil)
            }
            guard part.isOptional else { return (words, "\(name).argumentCount") }
            return (
                0, words == 0 ? "(\(name)?.argumentCount ?? 0)" : "(\(name).map { $0.argumentCount + \(words) } ?? 0)"
            )
        case .choices(let choice):
            if let fixed = choice.fixedCount { return (words, "\(fixed) * \(name).count") }
            return (words, "\(name).reduce(0) { $0 + $1.argumentCount }")
        case .block:
            return (
                0, words == 0 ? "(\(name)?.argumentCount ?? 0)" : "(\(name).map { $0.argumentCount + \(words) } ?? 0)"
            )
        }
    }

    // MARK: Statements

    static func bulk(_ word: String) -> String { "$\(word.utf8.count)\\r\\n\(word)\\r\\n" }

    private mutating func flush() {
        guard !pending.isEmpty else { return }
        lines.append("encoder.literal(\"\(pending)\")")
        pending = ""
    }

    private mutating func send(_ part: Parameter) {
        let name = SwiftName.escaped(part.name)
        let words = part.words.map(EncodingRenderer.bulk).joined()
        switch part.kind {
        case .constant: pending += words
        case .flag:
            flush()
            lines.append("if \(name) { encoder.literal(\"\(words)\") }")
        case .scalar(let scalar): sendOne(part, name, words, [EncodingRenderer.send(name, scalar)])
        case .choice, .block: sendOne(part, name, words, ["\(name).encode(into: &encoder)"])
        case .choices:
            pending += words
            flush()
            lines.append("for choice in \(name) { choice.encode(into: &encoder) }")
        case .list(let scalar, let countsFirst, let repeatsToken):
            if repeatsToken {
                flush()
                lines.append("for value in \(name) {")
                lines.append("    encoder.literal(\"\(words)\")")
                lines.append("    \(EncodingRenderer.send("value", scalar))")
                lines.append("}")
                return
            }
            let count = countsFirst ? ["encoder.bulk(\(name).count)"] : []
            sendMany(part, name, words, count + [EncodingRenderer.sendAll(name, scalar)])
        case .groups(let parts, let countsFirst):
            let count = countsFirst ? ["encoder.bulk(\(name).count / \(parts.count))"] : []
            sendMany(part, name, words, count + ["\(name).\(part.isInRows ? "encodeRows" : "encode")(into: &encoder)"])
        }
    }

    private mutating func sendOne(_ part: Parameter, _ name: String, _ words: String, _ body: [String]) {
        guard part.isOptional else {
            pending += words
            flush()
            lines += body
            return
        }
        flush()
        lines.append("if let \(name) {")
        if !words.isEmpty { lines.append("    encoder.literal(\"\(words)\")") }
        lines += body.map { "    " + $0 }
        lines.append("}")
    }

    private mutating func sendMany(_ part: Parameter, _ name: String, _ words: String, _ body: [String]) {
        guard part.isOptional, !words.isEmpty else {
            pending += words
            flush()
            lines += body
            return
        }
        flush()
        lines.append("if !\(name).isEmpty {")
        lines.append("    encoder.literal(\"\(words)\")")
        lines += body.map { "    " + $0 }
        lines.append("}")
    }

    private static func send(_ name: String, _ scalar: Parameter.Scalar) -> String {
        switch scalar {
        case .bulk: "\(name).encode(into: &encoder)"
        case .integer, .double: "encoder.bulk(\(name))"
        case .cursor: "encoder.bulk(\(name).rawValue)"
        case .slot, .slotRange, .value: "\(name).encode(into: &encoder)"
        case .unixSeconds: "encoder.bulk(\(name).sinceEpoch.inSeconds)"
        case .unixMilliseconds: "encoder.bulk(\(name).sinceEpoch.inMilliseconds)"
        case .seconds: "encoder.bulk(\(name).inSeconds)"
        case .milliseconds: "encoder.bulk(\(name).inMilliseconds)"
        case .fractionalSeconds: "encoder.bulk(\(name).inFractionalSeconds)"
        }
    }

    private static func sendAll(_ name: String, _ scalar: Parameter.Scalar) -> String {
        scalar == .bulk ? "\(name).encode(into: &encoder)" : "for value in \(name) { \(send("value", scalar)) }"
    }
}

extension Parameter.Choice {
    /// How many words every case has, if that is the same for all.
    var fixedCount: Int? {
        guard !isExternal else { return nil }
        let counts = cases.map { EncodingRenderer.count($0.parts) }
        guard let first = counts.first, counts.allSatisfy({ $0.fixed == first.fixed && $0.terms.isEmpty }) else {
            return nil
        }
        return first.fixed
    }
}
