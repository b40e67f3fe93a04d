// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Lays out doc comments.
enum Documentation {
    /// One line; what is too long for it is cut off with an ellipsis.
    static func line(_ text: String) -> String {
        guard text.count > 100 else { return "/// \(text)" }
        return "/// \(text.prefix(98))…`"
    }

    /// A property: its grammar, and how a time is sent.
    static func line(_ property: Parameter) -> String {
        guard case .scalar(let scalar) = property.kind, let rounding = scalar.rounding else {
            return line("`\(property.syntax)`")
        }
        return line("`\(property.syntax)`; \(rounding)")
    }

    /// A grammar of dozens of options helps nobody: each option says by itself what it is.
    static func abridged(_ syntax: String) -> String {
        syntax.count > 500 ? syntax.prefix(480) + "…" : syntax
    }

    /// As many lines as the text takes.
    static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = "///"
        for word in text.split(separator: " ") {
            if line.count + word.count > 112 {
                lines.append(line)
                line = "///"
            }
            line += " " + word
        }
        return lines + [line]
    }
}
