// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension Output {
    /// Appends an argument of a command as one would type it: quoted only if it has to be.
    mutating func appendArgument(_ bytes: Span<UInt8>, atMost limit: Int) {
        var isPlain = !bytes.isEmpty && bytes.count <= limit
        for index in bytes.indices where isPlain {
            let byte = bytes[index]
            isPlain = (0x21...0x7E).contains(byte) && byte != 0x22 && byte != 0x27 && byte != 0x5C
        }
        guard isPlain else { return appendQuoted(bytes, atMost: limit) }
        append(bytes)
    }

    /// Appends bytes in quotes as the servers' command line clients write them, cut if there are too many.
    ///
    /// UTF-8 stays readable. Control characters and what isn't UTF-8 are escaped: a peer has nothing to say to a terminal.
    ///
    /// - Parameter count: how many there are, if not all of them are in `bytes`.
    mutating func appendQuoted(_ bytes: Span<UInt8>, atMost limit: Int, of count: Int = 0) {
        append("\"")
        let shown = bytes.extracting(first: Output.wholeCharacters(of: bytes, atMost: limit))
        if shown.isPlain { append(shown) } else { appendEscaped(shown) }
        append("\"")
        if max(bytes.count, count) > limit { append("…") }
    }

    private mutating func appendEscaped(_ bytes: Span<UInt8>) {
        var text: [UInt8] = []
        for index in bytes.indices { text.append(bytes[index]) }
        var parser = Unicode.UTF8.ForwardParser()
        var source = text.makeIterator()
        var start = 0
        parsing: while true {
            switch parser.parseScalar(from: &source) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                appendEscaped(scalar, text[start..<start + encoded.count])
                start += encoded.count
            case .error(let length):
                appendEscaped(text[start..<start + length])
                start += length
            case .emptyInput:
                break parsing
            }
        }
    }

    private mutating func appendEscaped(_ scalar: Unicode.Scalar, _ bytes: ArraySlice<UInt8>) {
        switch scalar {
        case "\"", "\\": append("\\\(scalar)")
        case "\n": append("\\n")
        case "\r": append("\\r")
        case "\t": append("\\t")
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                appendEscaped(bytes)
            default:
                append(String(scalar))
            }
        }
    }

    private mutating func appendEscaped(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            append("\\x")
            append(Output.digit(byte >> 4))
            append(Output.digit(byte & 15))
        }
    }

    /// How many bytes to print if there may be `limit`, without cutting a character of UTF-8 in two.
    private static func wholeCharacters(of bytes: Span<UInt8>, atMost limit: Int) -> Int {
        guard bytes.count > limit else { return bytes.count }
        var end = limit
        while end > max(0, limit - 3), bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// Appends text as a JSON string.
    mutating func appendJSON(_ text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: append("\\\(scalar)")
            case 0..<0x20:
                append("\\u00")
                append(Output.digit(UInt8(scalar.value >> 4)))
                append(Output.digit(UInt8(scalar.value & 15)))
            default: append(String(scalar))
            }
        }
        append("\"")
    }
}

extension Span where Element == UInt8 {
    /// Whether all bytes are printable ASCII that stands for itself in quotes.
    fileprivate var isPlain: Bool {
        for index in indices {
            let byte = self[index]
            guard (0x20...0x7E).contains(byte), byte != 0x22, byte != 0x5C else { return false }
        }
        return true
    }
}
