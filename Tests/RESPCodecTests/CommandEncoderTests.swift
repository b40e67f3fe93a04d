// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct CommandEncoderTests {
    private func text(_ encode: (inout CommandEncoder) -> Void) -> String {
        String(decoding: encoded(encode), as: UTF8.self)
    }

    @Test func `a command is an array of bulk strings`() {
        let written = text {
            $0.command(3)
            $0.bulk("SET")
            $0.bulk("visits")
            $0.bulk(42)
        }
        #expect(written == "*3\r\n$3\r\nSET\r\n$6\r\nvisits\r\n$2\r\n42\r\n")
    }

    @Test func `a literal is written as it is`() {
        let written = text {
            $0.literal("*2\r\n$3\r\nGET\r\n")
            $0.bulk("k" as StaticString)
            $0.raw(Array("raw".utf8).span)
        }
        #expect(written == "*2\r\n$3\r\nGET\r\n$1\r\nk\r\nraw")
    }

    @Test(arguments: [0, 1, 9, 10, 15, 16, 99, 100, 101, 999, 1_000, 4_095, 4_096, 65_536, 1_234_567])
    func `strings and bytes of any length carry it in decimal`(count: Int) {
        let string = String(repeating: "k", count: count)
        let expected = Array("$\(count)\r\n\(string)\r\n".utf8)
        #expect(encoded { $0.bulk(string) } == expected)
        #expect(encoded { $0.bulk(Array(string.utf8)) } == expected)
        #expect(encoded { $0.bulk(Array(string.utf8).span) } == expected)
        #expect(encoded { $0.bulk(RESPBytes(string)) } == expected)
        #expect(encoded { $0.command(count) } == Array("*\(count)\r\n".utf8))
    }

    @Test func `lengths count bytes, not characters, and any bytes pass`() {
        #expect(text { $0.bulk("café") } == "$5\r\ncafé\r\n")
        #expect(text { $0.bulk("👩‍👩‍👧") } == "$18\r\n👩‍👩‍👧\r\n")
        let bytes: [UInt8] = [0xFF, 0x00, 0x0D, 0x0A, 0xC3]
        #expect(encoded { $0.bulk(bytes) } == Array("$5\r\n".utf8) + bytes + [0x0D, 0x0A])
    }

    @Test(arguments: [
        0, 7, -1, 10, 99, 100, -100, 999, 1_000, 9_999, 10_000, 99_999_999, 100_000_000, Int64.max, Int64.min,
    ])
    func `integers are written in decimal`(value: Int64) {
        let digits = String(value)
        #expect(text { $0.bulk(value) } == "$\(digits.utf8.count)\r\n\(digits)\r\n")
    }

    @Test func `integers of every width are written in decimal`() {
        #expect(text { $0.bulk(UInt64.max) } == "$20\r\n18446744073709551615\r\n")
        #expect(text { $0.bulk(UInt8.max) } == "$3\r\n255\r\n")
        #expect(text { $0.bulk(Int8.min) } == "$4\r\n-128\r\n")
        for value in [Int128.min, .max, 0, -1, 9_999_999_999_999_999, 10_000_000_000_000_000, 1 << 64, -(1 << 100)] {
            #expect(text { $0.bulk(value) } == "$\(String(value).utf8.count)\r\n\(value)\r\n")
        }
        var wide: UInt128 = 1
        for exponent in 1...38 {
            wide *= 10
            #expect(text { $0.bulk(wide) } == "$\(exponent + 1)\r\n\(wide)\r\n")
            #expect(text { $0.bulk(wide - 1) } == "$\(exponent)\r\n\(wide - 1)\r\n")
        }
        var power: UInt64 = 1
        for exponent in 1...19 {
            power *= 10
            #expect(text { $0.bulk(power) } == "$\(exponent + 1)\r\n\(power)\r\n")
            #expect(text { $0.bulk(power - 1) } == "$\(exponent)\r\n\(power - 1)\r\n")
        }
    }

    @Test func `doubles read back to the bit`() throws {
        var values: [Double] = [
            0, -0.0, 1, -1, 0.1, 1.5, 1e15, 1e16, 1e22, 1e23, -2.5e-7, .pi, .greatestFiniteMagnitude,
            .leastNormalMagnitude, .leastNonzeroMagnitude, .ulpOfOne, .infinity, -.infinity, 123_456_789_012_345_680,
        ]
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<10_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            if value.isFinite { values.append(value) }
            values.append(Double(state % 1_000_000) / 1_000)
        }
        for value in values {
            let frame = try RESPFrame(encoded: encoded { $0.bulk(value) })
            #expect(try frame.decode(as: Double.self).bitPattern == value.bitPattern, "\(value)")
        }
        #expect(try RESPFrame(encoded: encoded { $0.bulk(Double.nan) }).decode(as: Double.self).isNaN)
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-10, "-10"), (1e15, "1000000000000000"), (1e18, "1000000000000000000"),
            (123_456_789_012_345_680, "123456789012345680"), (0x1p62, "4611686018427387904"), (5e18, "5e+18"),
            (1.23456789012345e19, "12345678901234500000"), (1e20, "1e+20"), (1.0e100, "1e+100"),
            (0.5, "0.5"), (-3.25, "-3.25"), (100.25, "100.25"), (12_345_678.9, "12345678.9"),
            (0.1 + 0.2, "0.30000000000000004"), (1e-5, "0.00001"), (1e-6, "0.000001"), (1e-7, "1e-7"),
            (-1.5e-7, "-1.5e-7"), (1.23e-5, "1.23e-5"), (0.0012345, "0.0012345"), (1.2345e-4, "1.2345e-4"),
            (1e-10, "1e-10"), (.leastNonzeroMagnitude, "5e-324"), (.leastNormalMagnitude, "2.2250738585072014e-308"),
            (-.greatestFiniteMagnitude, "-1.7976931348623157e+308"), (.infinity, "inf"), (-.infinity, "-inf"),
            (.nan, "nan"), (-.nan, "nan"),
        ] as [(Double, String)])
    func `a double is its shortest text, whole ones without a fraction`(value: Double, expected: String) {
        #expect(text { $0.bulk(value) } == "$\(expected.utf8.count)\r\n\(expected)\r\n")
    }

    @Test func `arguments from an array are those of a loop`() {
        let strings = (0...70).map { String(repeating: "é", count: $0 / 2) + String(repeating: "x", count: $0 % 2) }
        #expect(encoded { $0.bulk(contentsOf: strings.span) } == encoded { for text in strings { $0.bulk(text) } })
        let pairs = strings.map { ($0, $0.utf8.count) }
        let expected = encoded {
            for (text, number) in pairs {
                $0.bulk(text)
                $0.bulk(number)
            }
        }
        #expect(encoded { $0.bulk(pairs: pairs.span) } == expected)
        #expect(encoded { $0.bulk(contentsOf: [Int]().span) }.isEmpty)
        #expect(encoded { $0.bulk(pairs: [(String, [UInt8])]().span) }.isEmpty)
    }

    @Test func `pairs of types of any layout are written in their order`() {
        struct Wrapped: CommandArgument {
            var flag: Bool
            func encode(into encoder: inout CommandEncoder) { encoder.bulk(flag ? "yes" : "no") }
        }
        #expect(
            text { $0.bulk(pairs: [(Wrapped(flag: true), 1.5), (Wrapped(flag: false), 2)].span) }
                == "$3\r\nyes\r\n$3\r\n1.5\r\n$2\r\nno\r\n$1\r\n2\r\n")
        #expect(
            text { $0.bulk(pairs: [(7 as UInt8, "a" as StaticString), (8, "b")].span) }
                == "$1\r\n7\r\n$1\r\na\r\n$1\r\n8\r\n$1\r\nb\r\n")
        #expect(text { $0.bulk(pairs: [(RESPBytes("k"), "xyz".dropFirst())].span) } == "$1\r\nk\r\n$2\r\nyz\r\n")
        #expect(text { $0.bulk(pairs: [([UInt8](), -1 as Int16)].span) } == "$0\r\n\r\n$2\r\n-1\r\n")
    }

    @Test func `what has been written can be taken from the front and the back`() {
        var encoder = CommandEncoder(capacity: 16)
        encoder.bulk("first")
        let mark = encoder.count
        encoder.bulk("second")
        encoder.truncate(to: mark)
        encoder.removeFirst(4)
        #expect(String(RESPBytes(encoder.span)) == "first\r\n")
        for number in 0..<1_000 {
            encoder.bulk(number)
            encoder.removeFirst(encoder.count - 7)
        }
        #expect(encoder.count == 7)
        encoder.removeFirst(7)
        let isEmptyAtLast = encoder.isEmpty
        #expect(isEmptyAtLast)
        encoder.bulk("x")
        encoder.removeAll()
        let isEmpty = encoder.isEmpty && encoder.count == 0
        #expect(isEmpty)
    }

    @Test func `a queue that is read and written in turn keeps its bytes in order`() {
        var encoder = CommandEncoder(capacity: 64)
        var expected: [UInt8] = []
        for number in 0..<2_000 {
            encoder.bulk(number)
            expected += Array("$\(String(number).utf8.count)\r\n\(number)\r\n".utf8)
            if number % 3 == 0 {
                let taken = min(encoder.count, number % 11)
                encoder.removeFirst(taken)
                expected.removeFirst(taken)
            }
        }
        #expect(Array(RESPBytes(encoder.span)) == expected)
    }

    @Test func `memory of a huge command is given back`() {
        var encoder = CommandEncoder()
        encoder.bulk([UInt8](repeating: 0, count: 3 << 20))
        encoder.removeAll()
        encoder.bulk("still works")
        #expect(String(RESPBytes(encoder.span)) == "$11\r\nstill works\r\n")
    }
}
