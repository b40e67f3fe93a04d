// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What a server answered when a line of text was sent to it: the arguments that it took from the line, or, as nil, that
/// the quotes in it are unbalanced. One character stands for one byte.
struct InlineVector: Sendable {
    var line: String
    var arguments: [String]?

    init(_ line: String, _ arguments: [String]?) {
        self.line = line
        self.arguments = arguments
    }
}

/// Learned from Valkey 9.1.2 with `RPUSH list LINE` as an inline command and `LRANGE list 0 -1` behind it.
let inlineVectors: [InlineVector] = [
    InlineVector("a b", ["a", "b"]),
    InlineVector("a  b", ["a", "b"]),
    InlineVector("  a\tb  ", ["a", "b"]),
    InlineVector("a\u{b}b", ["a\u{b}b"]),
    InlineVector("a\u{c}b", ["a\u{c}b"]),
    InlineVector("\u{b}a", ["a"]),
    InlineVector("a \u{b}b", ["a", "b"]),
    InlineVector("a\rb", ["a", "b"]),
    InlineVector("a\r", ["a"]),
    InlineVector("a\r\r", ["a"]),
    InlineVector(#""a b""#, ["a b"]),
    InlineVector(#""a"b"#, ["ab"]),
    InlineVector(#""a""b""#, ["ab"]),
    InlineVector("\"a\"\u{b}b", ["a\u{b}b"]),
    InlineVector("\"a\"\u{c}b", ["a\u{c}b"]),
    InlineVector("\"a\"\rb", ["a", "b"]),
    InlineVector(#"a"b c""#, ["ab c"]),
    InlineVector(#"a"b"c"#, ["abc"]),
    InlineVector("a'b c'", ["ab c"]),
    InlineVector("'a'b", ["ab"]),
    InlineVector(#"'it\'s'"#, ["it's"]),
    InlineVector(#"'a\nb'"#, [#"a\nb"#]),
    InlineVector(#"'a\\\'b'"#, [#"a\\'b"#]),
    InlineVector(#""\n\r\t\b\a""#, ["\n\r\t\u{8}\u{7}"]),
    InlineVector(#""\x41\x00\xff""#, ["A\0\u{ff}"]),
    InlineVector(#""\x4""#, ["x4"]),
    InlineVector(#""\x4g""#, ["x4g"]),
    InlineVector(#""\xg4""#, ["xg4"]),
    InlineVector(#""\x""#, ["x"]),
    InlineVector(#""\x4\x41""#, ["x4A"]),
    InlineVector(#""\xAb\xaB""#, ["\u{ab}\u{ab}"]),
    InlineVector(#""\X41""#, ["X41"]),
    InlineVector(#"""#, nil),
    InlineVector("'", nil),
    InlineVector(#""a"#, nil),
    InlineVector("'a", nil),
    InlineVector(#""a\"#, nil),
    InlineVector(#"'a\"#, nil),
    InlineVector(#""""#, [""]),
    InlineVector("''", [""]),
    InlineVector("a''", ["a"]),
    InlineVector(#"a"""#, ["a"]),
    InlineVector(#"""a"#, ["a"]),
    InlineVector(#"\n"#, [#"\n"#]),
    InlineVector(#"\"a b""#, [#"\a b"#]),
    InlineVector(#"a\ b"#, [#"a\"#, "b"]),
    InlineVector(#"\"#, [#"\"#]),
    InlineVector(#""a'b""#, ["a'b"]),
    InlineVector(#"'a"b'"#, [#"a"b"#]),
    InlineVector("\u{a0}a\u{85}b", ["\u{a0}a\u{85}b"]),
    InlineVector("\"\u{c3}\u{a9}\"", ["\u{c3}\u{a9}"]),
    InlineVector("\u{1}\u{7f}\u{1b}", ["\u{1}\u{7f}\u{1b}"]),
    InlineVector("#a", ["#a"]),
    InlineVector("a;b", ["a;b"]),
    InlineVector("$1", ["$1"]),
    InlineVector("*1", ["*1"]),
    InlineVector("\u{fe}", ["\u{fe}"]),
    InlineVector("\u{fd}\u{fc}", ["\u{fd}\u{fc}"]),
    InlineVector(#""a\" b"#, nil),
    InlineVector(#""a\" "b""#, nil),
    InlineVector(#""a\" b""#, [#"a" b"#]),
    InlineVector(#""\"""#, [#"""#]),
    InlineVector(#"'\''"#, ["'"]),
    InlineVector(#"'a\' b"#, nil),
    InlineVector(#"'a\' b'"#, ["a' b"]),
    InlineVector(#""a\"b"#, nil),
    InlineVector(#"a'\'b"#, nil),
    InlineVector(#""a"'b'c"d e""#, ["abcd e"]),
    InlineVector(#"a"b"#, nil),
    InlineVector("a'b", nil),
    InlineVector(#"a""#, nil),
    InlineVector(#""" """#, ["", ""]),
    InlineVector(#""""""#, [""]),
    InlineVector("''''", [""]),
    InlineVector(#""'""#, ["'"]),
    InlineVector(#""a'"#, nil),
    InlineVector(#""\"#, nil),
    InlineVector(#"'\"#, nil),
    InlineVector(#""\x"#, nil),
    InlineVector(#""\x4"#, nil),
    InlineVector(#""\x41"#, nil),
    InlineVector(#""a\n"#, nil),
    InlineVector(#""a\x41"b\x41"#, [#"aAb\x41"#]),
    InlineVector(#"a\x41"#, [#"a\x41"#]),
    InlineVector(#"'\x41'"#, [#"\x41"#]),
    InlineVector(#"a\"b c"#, nil),
    InlineVector(#"a\"#, [#"a\"#]),
    InlineVector("", []),
    InlineVector("   ", []),
    InlineVector("\t", []),
    InlineVector("a", ["a"]),
    InlineVector("a b c d e f", ["a", "b", "c", "d", "e", "f"]),
    InlineVector(#"{"k": 1}"#, ["{k:", "1}"]),
    InlineVector("it's", nil),
    InlineVector(#""\x0""#, ["x0"]),
    InlineVector(#""\x00""#, ["\0"]),
    InlineVector(#"'\x00'"#, [#"\x00"#]),
    InlineVector(#""\xfF""#, ["\u{ff}"]),
    InlineVector(#"\x41"#, [#"\x41"#]),
    InlineVector(#""\\x41""#, [#"\x41"#]),
    InlineVector(#""a b" c 'd e' f"g h""#, ["a b", "c", "d e", "fg h"]),
    InlineVector("\"\u{fe}\u{fd}\"", ["\u{fe}\u{fd}"]),
    InlineVector("\u{c3}\u{a9}", ["\u{c3}\u{a9}"]),
    InlineVector(#"''""''"#, [""]),
    InlineVector(#"" ""#, [" "]),
    InlineVector("' '", [" "]),
    InlineVector("\"\t\"", ["\t"]),
    InlineVector("\"\u{b}\"", ["\u{b}"]),
    InlineVector("a\u{b}", ["a\u{b}"]),
    InlineVector("a\u{c} b", ["a\u{c}", "b"]),
    InlineVector("\"a\"\r", ["a"]),
    InlineVector("-1 +2 *3 $4 %5", ["-1", "+2", "*3", "$4", "%5"]),
]

/// Where we keep to what Valkey before 9 and Redis do, since Valkey 9.1 slips: it drops the byte 0xFF, and takes a quote
/// that is escaped as the last byte of a line as a closing one.
let inlineVectorsOfOlderServers: [InlineVector] = [
    InlineVector("\u{ff}", ["\u{ff}"]),
    InlineVector("a\u{ff}b", ["a\u{ff}b"]),
    InlineVector("a \u{ff} b", ["a", "\u{ff}", "b"]),
    InlineVector("\u{ff}\u{fe}", ["\u{ff}\u{fe}"]),
    InlineVector("\"a\u{ff}b\"", ["a\u{ff}b"]),
    InlineVector("'\u{ff}'", ["\u{ff}"]),
    InlineVector(#""a\""#, nil),
    InlineVector(#""\""#, nil),
    InlineVector(#"'a\'"#, nil),
    InlineVector(#"'a\\'"#, nil),
]

extension Array where Element == UInt8 {
    /// The bytes of a text whose characters stand for one byte each.
    init(latin1 text: String) { self = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
}

extension String {
    /// The bytes as a text whose characters stand for one byte each.
    init(latin1 bytes: [UInt8]) {
        self.init(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
