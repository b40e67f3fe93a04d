// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPDecodableNumbersTests {
    private func decode<Value: RESPDecodable>(_ encoding: String, as type: Value.Type = Value.self) throws -> Value {
        try RESPFrame(encoding).decode(as: type)
    }

    private func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    /// The extremes of a type are taken from every form that can write them, and the next numbers from none.
    private func expectExtremes<Number: FixedWidthInteger & RESPDecodable>(of type: Number.Type) throws {
        for extreme in [Number.min, Number.max] {
            for encoding in [bulk("\(extreme)"), "(\(extreme)\r\n", "+\(extreme)\r\n"] {
                #expect(try decode(encoding, as: Number.self) == extreme)
                #expect(try RESPTree(RESPFrame(encoding)).root.integer(as: Number.self) == extreme)
            }
            if let small = Int64(exactly: extreme) { #expect(try decode(":\(small)\r\n", as: Number.self) == extreme) }
            let zeros = String(repeating: "0", count: 50)
            let sign = extreme < 0 ? "-" : "+"
            #expect(try decode(bulk("\(sign)\(zeros)\(extreme.magnitude)"), as: Number.self) == extreme)
        }
        for (text, isNegative) in [("\(Number.max)", false), ("\(Number.min)", true)] {
            var beyond = [incremented(text, isNegative: isNegative), "\(text)0"]
            if text == "0" { beyond = ["-1"] }
            for beyond in beyond {
                let mismatch = RESPTypeMismatch(wanted: "an integer", found: .text(beyond))
                #expect(throws: mismatch) { try decode(bulk(beyond), as: Number.self) }
                #expect(throws: mismatch) { try decode("(\(beyond)\r\n", as: Number.self) }
                #expect(throws: mismatch) { try RESPTree(RESPFrame("(\(beyond)\r\n")).root.integer(as: Number.self) }
            }
        }
    }

    /// The next number further from zero, as text.
    private func incremented(_ text: String, isNegative: Bool) -> String {
        var digits = text.filter { $0 != "-" }.compactMap(\.wholeNumberValue)
        var index = digits.count - 1
        while index >= 0, digits[index] == 9 {
            digits[index] = 0
            index -= 1
        }
        if index >= 0 { digits[index] += 1 } else { digits.insert(1, at: 0) }
        return (isNegative ? "-" : "") + digits.map(String.init).joined()
    }

    @Test func `integers of every width are taken up to their extremes and not beyond`() throws {
        try expectExtremes(of: Int8.self)
        try expectExtremes(of: Int16.self)
        try expectExtremes(of: Int32.self)
        try expectExtremes(of: Int64.self)
        try expectExtremes(of: Int128.self)
        try expectExtremes(of: Int.self)
        try expectExtremes(of: UInt8.self)
        try expectExtremes(of: UInt16.self)
        try expectExtremes(of: UInt32.self)
        try expectExtremes(of: UInt64.self)
        try expectExtremes(of: UInt128.self)
        try expectExtremes(of: UInt.self)
    }

    @Test(arguments: ["", "-", "+", "--1", "+-1", "1-", " 1", "1 ", "1.0", "0x1", "１", "1e3"])
    func `what is no decimal integer is none of any width`(text: String) {
        let mismatch = RESPTypeMismatch(wanted: "an integer", found: .text(text))
        #expect(throws: mismatch) { try decode(bulk(text), as: Int.self) }
        #expect(throws: mismatch) { try decode(bulk(text), as: UInt8.self) }
        #expect(throws: mismatch) { try decode(bulk(text), as: Int128.self) }
        let padded = String(repeating: "0", count: 40) + text
        if text.contains(where: { !$0.isASCII || !$0.isNumber }) {
            #expect(throws: RESPTypeMismatch.self) { try decode(bulk(padded), as: UInt128.self) }
        }
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "0.1", "1.5", "-2.25", "9007199254740992", "9007199254740993", "1700000000.123456",
        "0.30000000000000004", "123456789012345678", "1234567890123456789", "12345678901234567890", "1e22", "1e23",
        "5e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "1e400", "-1e400", "1e-400", "16777217",
        "0.000000000000000000000001", "3.4028235677973366e38", "1.000000059604644775390625", "8388608.5", "1e-45",
        "1.00000005960464477539062500000000000000000001", "+1.5", "007", "00.50", "1E5", "-1.5e+3", "1e05",
        "1.7976931348623158e308", "4.9e-324", "1.17549435e-38", "16777216.9999999999", "123456.7890123456789",
    ])
    func `doubles and floats are the nearest ones, however they are spelt`(text: String) throws {
        let double = try #require(Double(text))
        let float = try #require(Float(text))
        #expect(try decode(bulk(text), as: Double.self).bitPattern == double.bitPattern)
        #expect(try decode(bulk(text), as: Float.self).bitPattern == float.bitPattern)
        #expect(try RESPTree(RESPFrame(bulk(text))).root.double.bitPattern == double.bitPattern)
        #expect(Double(RESPBytes(text))?.bitPattern == double.bitPattern)
    }

    @Test func `random doubles and floats come back as they were`() throws {
        var random = RESPRandom(seed: 7)
        for _ in 0..<20_000 {
            let double = Double(bitPattern: random.next())
            if double.isFinite { #expect(try decode(bulk("\(double)"), as: Double.self) == double) }
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            if float.isFinite { #expect(try decode(bulk("\(float)"), as: Float.self) == float) }
            let decimal = "\(Int64(random.next() >> 12)).\(random.next() % 1_000_000)"
            #expect(try decode(bulk(decimal), as: Double.self) == Double(decimal))
            #expect(try decode(bulk(decimal), as: Float.self) == Float(decimal))
        }
    }

    @Test func `infinities and what is not a number have their names`() throws {
        for sign in ["", "+", "-"] {
            let isNegative = sign == "-"
            #expect(try decode(bulk("\(sign)inf"), as: Double.self) == (isNegative ? -.infinity : .infinity))
            #expect(try decode(bulk("\(sign)inf"), as: Float.self) == (isNegative ? -.infinity : .infinity))
            #expect(try decode(bulk("\(sign)nan"), as: Double.self).isNaN)
            #expect(try decode(bulk("\(sign)nan"), as: Float.self).isNaN)
        }
    }

    @Test(arguments: [
        "", "+", "-", ".", ".5", "5.", "-.5", "1..2", "1.2.3", "1e", "1e+", "0x1p3", " 1", "1 ", "infinity", "INF",
        "in", "na", "nan(1)", "1,5", "1_000", "--1", "1.5-", "1.-5",
    ])
    func `what is no number is no double and no float`(text: String) {
        let mismatch = RESPTypeMismatch(wanted: "a number", found: .text(text))
        #expect(throws: mismatch) { try decode(bulk(text), as: Double.self) }
        #expect(throws: mismatch) { try decode(bulk(text), as: Float.self) }
        #expect(throws: mismatch) { try RESPTree(RESPFrame(bulk(text))).root.double }
    }

    @Test func `big numbers keep every digit and are equal if their values are`() throws {
        let digits = "-3492890328409238509324850943850943825024385"
        let number = try decode("(\(digits)\r\n", as: RESPBigNumber.self)
        #expect(number.description == digits && number.digits == RESPBytes(digits) && number.isNegative)
        #expect(Int128(number) == nil && Int(number) == nil)
        #expect(RESPBigNumber(digits) == number)
        #expect(try decode(bulk("+000\(digits.dropFirst())"), as: RESPBigNumber.self) != number)
        #expect(try decode(bulk("-000\(digits.dropFirst())"), as: RESPBigNumber.self) == number)
        #expect(try decode(":-42\r\n", as: RESPBigNumber.self) == RESPBigNumber(-42))
        #expect(RESPBigNumber(Int128.min).description == "\(Int128.min)")
        #expect(Int128(RESPBigNumber(Int128.min)) == .min && UInt8(RESPBigNumber(255)) == 255)
        #expect(UInt8(RESPBigNumber(256)) == nil && UInt(RESPBigNumber(-1)) == nil)
        for text in ["0", "-0", "+0", "000", "-000"] {
            #expect(RESPBigNumber(text)?.description == "0")
            #expect(RESPBigNumber(text)?.isNegative == false)
        }
        #expect(RESPBigNumber("+7")?.description == "7" && RESPBigNumber("-07")?.description == "-7")
        for text in ["", "-", "+", "1.0", "1e3", "0x1", "--1", "1-"] { #expect(RESPBigNumber(text) == nil) }
    }
}
