// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Reads the values of a frame in ordinary form in the plainest way, without the codec: what vectors are compared with.
struct VectorPrinter {
    private let bytes: [UInt8]
    private var position = 0

    /// The values on the top level, attributes included, and where each ends.
    static func values(of bytes: [UInt8]) throws(VectorFileError) -> [(value: VectorValue, end: Int)] {
        var printer = VectorPrinter(bytes: bytes)
        var values: [(value: VectorValue, end: Int)] = []
        while printer.position < bytes.count {
            let value = try printer.takeValue()
            values.append((value, printer.position))
        }
        return values
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    // The vectors are nested 128 deep at most.
    private mutating func takeValue() throws(VectorFileError) -> VectorValue {
        let line = try takeLine()
        guard let marker = line.first else { throw VectorFileError("an empty line in a frame") }
        let rest = line.dropFirst()
        switch marker {
        case "+", "-", "(": return .bytes(String(marker), hex: hex(rest.unicodeScalars.map { UInt8($0.value) }))
        case ":": return .integer(rest == "-0" ? "0" : String(rest))
        case ",": return .double(try number(rest))
        case "#": return .boolean(rest == "t")
        case "_": return .null
        case "$" where rest == "-1", "*" where rest == "-1": return .null
        case "$", "!", "=":
            let payload = try takeBytes(try number(rest))
            guard try takeLine().isEmpty else { throw VectorFileError("a payload without its end") }
            return .bytes(String(marker), hex: hex(payload))
        case "*", "~", ">":
            let count: Int = try number(rest)
            var values: [VectorValue] = []
            for _ in 0..<count { values += try takeWithAttributes() }
            return .aggregate(String(marker), values)
        case "%", "|":
            let count: Int = try number(rest)
            var items: [VectorValue] = []
            for _ in 0..<count {
                var key = try takeWithAttributes()
                guard let last = key.popLast() else { throw VectorFileError("no key") }
                items += key
                items.append(.pair([last] + (try takeWithAttributes())))
            }
            return .aggregate(String(marker), items)
        default: throw VectorFileError("marker \(marker) in a frame")
        }
    }

    /// A value, with the attributes before it.
    private mutating func takeWithAttributes() throws(VectorFileError) -> [VectorValue] {
        var values: [VectorValue] = []
        repeat { values.append(try takeValue()) } while values.last?.isAttribute == true
        return values
    }

    /// A line without its end, every byte a character.
    private mutating func takeLine() throws(VectorFileError) -> String {
        var line = String.UnicodeScalarView()
        while position < bytes.count, bytes[position] != 0x0D {
            line.append(UnicodeScalar(bytes[position]))
            position += 1
        }
        guard try takeBytes(2) == [0x0D, 0x0A] else { throw VectorFileError("a line without its end") }
        return String(line)
    }

    private mutating func takeBytes(_ count: Int) throws(VectorFileError) -> [UInt8] {
        guard count <= bytes.count - position else { throw VectorFileError("a frame that ends early") }
        position += count
        return Array(bytes[position - count..<position])
    }

    private func number<Number: LosslessStringConvertible>(_ text: Substring) throws(VectorFileError) -> Number {
        guard let number = Number(String(text)) else { throw VectorFileError("no number: \(text)") }
        return number
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
