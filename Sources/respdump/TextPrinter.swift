// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Prints values for reading: a line per value, with its offset in the stream, indented by its depth. Doesn't recurse.
struct TextPrinter {
    /// An aggregate that is being printed.
    private struct Level {
        /// Values still to come; keys and values count separately, attributes don't.
        var owed: Int
        let count: Int
        let hasPairs: Bool
        let isAttribute: Bool

        /// What stands before the next value.
        var label: String {
            hasPairs ? (owed & 1 == 0 ? "key " : "value ") : "[\(count - owed)] "
        }
    }

    /// How many bytes of a string are printed, unless all are wanted.
    static let shownBytes = 256

    /// How many bytes of a string are printed.
    let maximumLength: Int
    private var levels: [Level] = []

    init(isFull: Bool) { maximumLength = isFull ? .max : TextPrinter.shownBytes }

    /// Prints a value, or an attribute on the top level.
    mutating func print(_ item: StreamItem, to output: inout Output) {
        switch item.content {
        case .frame(let frame):
            print(frame, item, to: &output)
        case .beginning(let start, let bytes, let length):
            begin(item.start, &output)
            output.append(" \(start.kind) ")
            if let format = start.format {
                output.appendQuoted(format.span, atMost: maximumLength)
                output.append(" ")
            }
            output.appendQuoted(bytes.span, atMost: maximumLength, of: length)
            output.append(TextPrinter.size(length) + (item.isStreamed ? " (streamed)\n" : "\n"))
        }
    }

    private mutating func print(_ frame: RESPFrame, _ item: StreamItem, to output: inout Output) {
        frame.withReader { reader in
            repeat {
                // What stands where inside a frame is only known if the frame is what came.
                let isFirst = levels.isEmpty
                begin(isFirst || !item.isStreamed ? item.start + reader.offset : nil, &output)
                printNext(&reader, to: &output)
                output.append(isFirst && item.isStreamed ? " (streamed)\n" : "\n")
                while let level = levels.last, level.owed == 0 {
                    levels.removeLast()
                    if !level.isAttribute { countValue() }
                }
            } while !levels.isEmpty
        }
    }

    /// Prints a command on one line, as one would type it.
    func printCommand(_ item: StreamItem, to output: inout Output) {
        guard case .frame(let frame) = item.content else { return }
        output.append(TextPrinter.column(item.start))
        frame.withReader { reader in
            for _ in 0..<((try? reader.readArrayHeader()) ?? 0) {
                output.append(" ")
                guard let argument = try? reader.readSpan() else { break }
                output.appendArgument(argument, atMost: maximumLength)
                if argument.count > maximumLength { output.append(TextPrinter.size(argument.count)) }
            }
        }
        output.append("\n")
    }

    /// An offset, so that those of a screen stand below each other.
    static func column(_ offset: Int?) -> String {
        let text = offset.map(String.init) ?? ""
        return String(repeating: " ", count: max(0, 10 - text.utf8.count)) + text + " "
    }

    private static func size(_ count: Int) -> String { count == 1 ? " (1 byte)" : " (\(count) bytes)" }

    private func begin(_ offset: Int?, _ output: inout Output) {
        output.append(TextPrinter.column(offset))
        // A peer chooses the depth; the width of a line has to have an end.
        output.append(String(repeating: "  ", count: min(levels.count, 40)))
        if levels.count > 40 { output.append("(level \(levels.count)) ") }
    }

    private mutating func printNext(_ reader: inout RESPReader, to output: inout Output) {
        if let count = reader.readAttributeHeader() {
            output.append(" attribute of \(count)")
            levels.append(Level(owed: 2 * count, count: count, hasPairs: true, isAttribute: true))
            return
        }
        let kind = (try? reader.peekKind()) ?? .null
        output.append(" \(levels.last?.label ?? "")\(kind)")
        switch kind {
        case .array, .set, .push:
            let count = (try? reader.readArrayHeader()) ?? 0
            output.append(" of \(count)")
            levels.append(Level(owed: count, count: count, hasPairs: false, isAttribute: false))
            return
        case .map:
            let count = (try? reader.readMapHeader()) ?? 0
            output.append(" of \(count)")
            levels.append(Level(owed: 2 * count, count: count, hasPairs: true, isAttribute: false))
            return
        case .null, .attribute:
            reader.skip()
        case .simpleError, .bulkError:
            let message = reader.readErrorBytes() ?? RESPBytes()
            output.append(" ")
            output.appendQuoted(message.span, atMost: maximumLength)
        case .simpleString, .bulkString:
            guard let bytes = try? reader.readSpan() else { break }
            output.append(" ")
            output.appendQuoted(bytes, atMost: maximumLength)
            if kind == .bulkString { output.append(TextPrinter.size(bytes.count)) }
        case .verbatimString:
            guard let (format, text) = try? reader.readVerbatim() else { break }
            output.append(" ")
            output.appendQuoted(format.span, atMost: maximumLength)
            output.append(" ")
            output.appendQuoted(text.span, atMost: maximumLength)
            output.append(TextPrinter.size(text.count))
        case .integer, .double, .boolean, .bigNumber:
            guard let bytes = try? reader.readSpan() else { break }
            output.append(" ")
            output.appendArgument(bytes, atMost: maximumLength)
        }
        countValue()
    }

    /// Notes that a value of the innermost aggregate has been printed.
    private mutating func countValue() {
        if !levels.isEmpty { levels[levels.count - 1].owed -= 1 }
    }
}
