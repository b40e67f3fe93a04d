// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Swift names from the server's.
enum SwiftName {
    /// `unix-time-seconds` and `LIB-NAME` to `unixTimeSeconds` and `libName`.
    static func member(_ name: String) -> String {
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
        guard let first = words.first else { return "value" }
        return String(first) + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// `id-selector` to `IdSelector`; names that Swift reserves inside types get another one.
    static func type(_ name: String) -> String { type(ofMember: member(name)) }

    /// The same from what is a member's name already.
    static func type(ofMember member: String) -> String {
        let type = member.prefix(1).uppercased() + member.dropFirst()
        return ["Type": "Kind", "Reply": "Mode", "Value": "Content", "Protocol": "Version"][type] ?? type
    }

    /// In backticks if it is a keyword.
    static func escaped(_ name: String) -> String {
        keywords.contains(name) || name.first?.isNumber == true ? "`\(name)`" : name
    }

    /// More than one of it.
    static func plural(_ name: String) -> String {
        if name.hasSuffix("s") || name.hasSuffix("data") || name.hasSuffix("vertices") { return name }
        return name + "s"
    }

    private static let keywords: Set<String> = [
        "as", "break", "case", "catch", "class", "continue", "default", "defer", "do", "else", "enum", "extension",
        "fallthrough", "false", "for", "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let",
        "nil", "operator", "private", "protocol", "public", "repeat", "return", "self", "static", "struct",
        "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while",
    ]
}
