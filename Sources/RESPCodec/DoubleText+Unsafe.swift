// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The shortest decimal text that reads back as the same double, made without an allocation.
///
/// Whole numbers have no fraction (`10`, `-0`), exponents no zeros in front (`1e-7`), as servers print them; then there
/// are `inf`, `-inf` and `nan`. The digits are the standard library's.
struct DoubleText {
    /// At most 24 bytes of text, and room for stores that reach beyond it.
    private(set) var bytes = InlineArray<32, UInt8>(repeating: 0)
    private(set) var count = 0

    init(_ value: Double) {
        if value.isNaN {
            append("nan")
        } else if value.isInfinite {
            append(value < 0 ? "-inf" : "inf")
        } else {
            var sink = Sink()
            value.write(to: &sink)
            bytes = sink.bytes
            count = sink.count
            shorten()
        }
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { text in
            for index in 0..<text.count {
                bytes[count] = unsafe text[index]
                count += 1
            }
        }
    }

    /// Takes off a fraction that is zero, and zeros in front of an exponent.
    private mutating func shorten() {
        if count > 2, bytes[count - 1] == 0x30, bytes[count - 2] == 0x2E {
            count -= 2
            return
        }
        // `e-05`: the standard library writes two digits at least.
        if count > 4, bytes[count - 2] == 0x30, bytes[count - 4] == 0x65 {
            bytes[count - 2] = bytes[count - 1]
            count -= 1
        }
    }
}

extension DoubleText {
    /// Takes text from the standard library's number formatting. What is more than 32 bytes, which no number has, is cut.
    struct Sink: TextOutputStream {
        private(set) var bytes = InlineArray<32, UInt8>(repeating: 0)
        private(set) var count = 0

        mutating func write(_ string: String) { for byte in string.utf8 { append(byte) } }

        /// What the standard library calls with numbers instead of making a string for ``write(_:)``; if it stopped doing
        /// so, only an allocation would be added.
        mutating func _writeASCII(_ buffer: UnsafeBufferPointer<UInt8>) {
            let free = bytes.count - count
            let taken = min(buffer.count, free)
            var target = bytes.mutableSpan
            unsafe target.withUnsafeMutableBufferPointer { target in
                guard let start = target.baseAddress, let source = buffer.baseAddress else { return }
                unsafe (start + count).update(from: source, count: taken)
            }
            count += taken
        }

        private mutating func append(_ byte: UInt8) {
            guard count < 32 else { return }
            bytes[count] = byte
            count += 1
        }
    }
}
