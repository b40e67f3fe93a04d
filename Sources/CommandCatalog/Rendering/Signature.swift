// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Lays out a declaration that may be too long for one line.
enum Signature {
    /// The lines up to and including the opening brace.
    static func lines(_ head: String, _ parameters: [String], tail: String) -> [String] {
        let end = tail.isEmpty ? " {" : " \(tail) {"
        let whole = "\(head)(\(parameters.joined(separator: ", ")))\(end)"
        guard whole.count > 108 else { return [whole] }
        let list = wrapped(parameters, separator: ",")
        return ["\(head)("] + list + [")\(end)"]
    }

    /// A call, in one line or several; `tail` follows its closing parenthesis.
    static func call(_ head: String, _ arguments: [String], tail: String = "") -> [String] {
        let whole = "\(head)(\(arguments.joined(separator: ", ")))\(tail)"
        guard whole.count > 104 else { return [whole] }
        var list = wrapped(arguments, separator: ",")
        list[list.count - 1] += ")\(tail)"
        return ["\(head)("] + list
    }

    /// A list in lines of at most 108 columns, indented by four; the separator ends all pieces but the last.
    static func wrapped(_ parameters: [String], separator: String) -> [String] {
        var lines: [String] = []
        var line = "   "
        for (index, parameter) in parameters.enumerated() {
            let piece = parameter + (index + 1 < parameters.count ? separator : "")
            if line.count + piece.count > 108, line.count > 3 {
                lines.append(line)
                line = "   "
            }
            line += " " + piece
        }
        return lines + [line]
    }
}
