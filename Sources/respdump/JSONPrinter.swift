// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Prints values as nested JSON arrays, without losing anything of them. Doesn't recurse: depth is the peer's choice.
struct JSONPrinter {
    /// An aggregate that is being printed.
    private struct Level {
        /// Values still to come; keys and values count separately, attributes don't.
        var owed: Int
        let hasPairs: Bool
        let isAttribute: Bool
        var isFirst = true
        var isInsidePair = false
    }

    private var levels: [Level] = []

    /// Prints a value, or an attribute on the top level. It has to be there as a whole.
    mutating func print(_ item: StreamItem, to output: inout Output) {
        guard case .frame(let frame) = item.content else { return }
        frame.withReader { reader in
            repeat {
                separate(beforeAttribute: reader.isAtAttribute, &output)
                printNext(&reader, to: &output)
                closeComplete(&output)
            } while !levels.isEmpty
        }
    }

    /// Prints a scalar, or the beginning of an aggregate.
    private mutating func printNext(_ reader: inout RESPReader, to output: inout Output) {
        if let count = reader.readAttributeHeader() {
            output.append("[\"|\",[")
            levels.append(Level(owed: 2 * count, hasPairs: true, isAttribute: true))
            return
        }
        let kind = (try? reader.peekKind()) ?? .null
        output.append("[\"")
        output.append(kind.rawValue)
        output.append("\"")
        switch kind {
        case .array, .set, .push:
            output.append(",[")
            levels.append(Level(owed: (try? reader.readArrayHeader()) ?? 0, hasPairs: false, isAttribute: false))
            return
        case .map:
            output.append(",[")
            levels.append(Level(owed: 2 * ((try? reader.readMapHeader()) ?? 0), hasPairs: true, isAttribute: false))
            return
        case .null, .attribute:
            reader.skip()
        case .simpleString, .bulkString, .bigNumber:
            output.append(",\"")
            if let bytes = try? reader.readSpan() { output.appendHex(bytes) }
            output.append("\"")
        case .verbatimString:
            output.append(",\"")
            if let (format, text) = try? reader.readVerbatim() {
                output.appendHex(format.span)
                output.append("3a")
                output.appendHex(text.span)
            }
            output.append("\"")
        case .simpleError, .bulkError:
            output.append(",\"")
            if let bytes = reader.readErrorBytes() { output.appendHex(bytes.span) }
            output.append("\"")
        case .integer:
            output.append(",\"\((try? reader.readInteger(as: Int64.self)) ?? 0)\"")
        case .double:
            output.append(",\"\(JSONPrinter.shortest((try? reader.readDouble()) ?? .nan))\"")
        case .boolean:
            output.append((try? reader.readBoolean()) == true ? ",true" : ",false")
        }
        output.append("]")
        countValue(&output)
    }

    /// Prints what stands between the last value of the innermost aggregate and the next.
    ///
    /// An attribute before a key stands before the pair, one before a value inside of it.
    private mutating func separate(beforeAttribute isAttribute: Bool, _ output: inout Output) {
        guard let level = levels.last else { return }
        let last = levels.count - 1
        if level.isInsidePair {
            output.append(",")
        } else {
            if !level.isFirst { output.append(",") }
            if level.hasPairs, !isAttribute {
                output.append("[")
                levels[last].isInsidePair = true
            }
        }
        levels[last].isFirst = false
    }

    /// Notes that a value of the innermost aggregate has been printed.
    private mutating func countValue(_ output: inout Output) {
        guard !levels.isEmpty else { return }
        let last = levels.count - 1
        levels[last].owed -= 1
        if levels[last].hasPairs, levels[last].owed & 1 == 0 {
            output.append("]")
            levels[last].isInsidePair = false
        }
    }

    /// Ends the aggregates that have all their values.
    private mutating func closeComplete(_ output: inout Output) {
        while let level = levels.last, level.owed == 0 {
            output.append("]]")
            levels.removeLast()
            if !level.isAttribute { countValue(&output) }
        }
    }

    /// The shortest text that reads back as the same double, without `.0`: `10`, `1.5`, `1e+300`, `-inf`, `nan`.
    static func shortest(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        // Swift writes an exponent from 2⁵³ on, most other languages from 10¹⁶ on. In between, doubles are whole numbers.
        if value.magnitude >= 0x1p53, value.magnitude < 1e16 { return String(Int64(value)) }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
