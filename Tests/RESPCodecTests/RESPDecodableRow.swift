// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// A type, and what comes of decoding it from every form that a value may have in either protocol version.
struct DecodableRow: Sendable, CustomTestStringConvertible {
    /// In the order in which rows list their outcomes.
    static let forms = [
        "+7\r\n", "$1\r\n7\r\n", "=5\r\ntxt:7\r\n", ":7\r\n", "(7\r\n", ",7\r\n", ",1.5\r\n", "#t\r\n",
        "$4\r\nmany\r\n", "$0\r\n\r\n", "_\r\n", "$-1\r\n", "*-1\r\n", "-ERR no\r\n", "!6\r\nERR no\r\n",
        "*1\r\n:7\r\n", "~1\r\n:7\r\n", ">1\r\n:7\r\n", "*2\r\n:7\r\n:8\r\n", "%1\r\n:7\r\n:8\r\n",
        "|1\r\n+a\r\n:1\r\n:7\r\n",
    ]

    /// A value, printed, or what is found in the place of what is wanted.
    enum Outcome: Equatable, Sendable {
        case value(String)
        case found(RESPTypeMismatch.Found)

        /// Of its notation: `=7`, a value; `'many'`, a text; `!`, the server's error; `#1`, a count; `?*`, a kind.
        init?(_ notation: Substring) {
            let rest = notation.dropFirst()
            switch notation.first {
            case "=": self = .value(String(rest))
            case "'": self = .found(.text(String(rest.dropLast())))
            case "!": self = .found(.serverError("ERR no"))
            case "#":
                guard let count = Int(rest) else { return nil }
                self = .found(.count(count))
            default:
                guard let kind = rest.utf8.first.flatMap(RESPKind.init(rawValue:)) else { return nil }
                self = .found(.kind(kind))
            }
        }
    }

    /// A place where a value may stand: what comes before it, the path to it, and how to get there.
    struct Context: Sendable {
        var prefix: String
        var path: [RESPTypeMismatch.PathComponent]
        /// Decodes the value and prints it.
        var decode: @Sendable (RESPFrame) throws(RESPTypeMismatch) -> String
    }

    let testDescription: String
    let wanted: String
    let outcomes: [Outcome?]
    let contexts: [Context]

    init<Value: RESPDecodable & Sendable>(
        _ type: Value.Type, _ wanted: String, _ outcomes: String,
        print: @escaping @Sendable (Value) -> String = { "\($0)" }
    ) {
        testDescription = "\(type)"
        self.wanted = wanted
        self.outcomes = outcomes.split(separator: " ").map { Outcome($0) }
        func context(
            _ prefix: String = "", _ path: RESPTypeMismatch.PathComponent...,
            decode: @escaping @Sendable (RESPFrame) throws(RESPTypeMismatch) -> Value?
        ) -> Context {
            Context(prefix: prefix, path: path) { frame throws(RESPTypeMismatch) in
                guard let value = try decode(frame) else { return "nothing" }
                return print(value)
            }
        }
        contexts = [
            context { frame throws(RESPTypeMismatch) in try frame.decode(as: Value.self) },
            context("*1\r\n", .index(0)) { frame throws(RESPTypeMismatch) in
                try frame.decode(as: InlineArray<1, Value>.self)[0]
            },
            context("*2\r\n+k\r\n", .index(1)) { frame throws(RESPTypeMismatch) in
                try frame.decode(as: (String, Value).self).1
            },
            context("*2\r\n+k\r\n", .key("k")) { frame throws(RESPTypeMismatch) in
                try frame.decode(as: [String: Value].self)["k"]
            },
            context("%1\r\n+k\r\n", .key("k")) { frame throws(RESPTypeMismatch) in
                try frame.decode(as: [String: Value].self)["k"]
            },
            context("%1\r\n+k\r\n", .index(1)) { frame throws(RESPTypeMismatch) in
                try frame.decode(as: RESPPairs<String, Value>.self).value(forKey: "k")
            },
            context { frame throws(RESPTypeMismatch) in try (try? RESPTree(frame))?.root.decode(as: Value.self) },
            context("*1\r\n", .index(0)) { frame throws(RESPTypeMismatch) in
                try (try? RESPTree(frame))?.root[0].decode(as: Value.self)
            },
            context("%1\r\n+k\r\n", .key("k")) { frame throws(RESPTypeMismatch) in
                try (try? RESPTree(frame))?.root["k"].decode(as: Value.self)
            },
        ]
    }
}

extension DecodableRow {
    static let all = integers + scalars + collections + wrappers

    private static let integers = [
        integer(Int.self), integer(Int8.self), integer(Int16.self), integer(Int32.self), integer(Int64.self),
        integer(Int128.self), integer(UInt.self), integer(UInt8.self), integer(UInt16.self), integer(UInt32.self),
        integer(UInt64.self), integer(UInt128.self),
    ]

    private static func integer<Number: FixedWidthInteger & RESPDecodable & Sendable>(
        _ type: Number.Type
    ) -> DecodableRow {
        DecodableRow(
            type, "an integer", "=7 =7 =7 =7 =7 =7 '1.5' 't' 'many' '' ?_ ?_ ?_ ! ! ?* ?~ ?> ?* ?% =7")
    }

    private static let floating =
        "=7.0 =7.0 =7.0 =7.0 =7.0 =7.0 =1.5 't' 'many' '' ?_ ?_ ?_ ! ! ?* ?~ ?> ?* ?% =7.0"
    private static let text = "=7 =7 =7 =7 =7 =7 =1.5 =t =many = ?_ ?_ ?_ ! ! ?* ?~ ?> ?* ?% =7"

    private static let scalars = [
        DecodableRow(Double.self, "a number", floating),
        DecodableRow(Float.self, "a number", floating),
        DecodableRow(
            Bool.self, "a boolean",
            "'7' '7' '7' '7' '7' '7' '1.5' =true 'many' '' ?_ ?_ ?_ ! ! ?* ?~ ?> ?* ?% '7'"),
        DecodableRow(String.self, "a string", text),
        DecodableRow(RESPBytes.self, "a string", text),
        DecodableRow([UInt8].self, "a string", text) { String(decoding: $0, as: UTF8.self) },
        DecodableRow(
            RESPVerbatimString.self, "a verbatim string",
            "=txt:7 =txt:7 =txt:7 ?: ?( ?, ?, ?# =txt:many =txt: ?_ ?_ ?_ ! ! ?* ?~ ?> ?* ?% ?:"
        ) { "\($0.format):\($0.text)" },
        DecodableRow(
            RESPBigNumber.self, "a big number",
            "=7 =7 =7 =7 =7 =7 '1.5' 't' 'many' '' ?_ ?_ ?_ ! ! ?* ?~ ?> ?* ?% =7"),
    ]

    private static let array = "?+ ?$ ?= ?: ?( ?, ?, ?# ?$ ?$ ?_ ?_ ?_ ! ! =[7] =[7] =[7] =[7,8] =[7,8] ?:"

    private static let collections = [
        DecodableRow([Int].self, "an array", array) { spaceless($0) },
        DecodableRow(ContiguousArray<Int>.self, "an array", array) { spaceless(Array($0)) },
        DecodableRow(Set<Int>.self, "an array", array) { spaceless($0.sorted()) },
        DecodableRow(
            InlineArray<2, Int>.self, "an array of 2",
            "?+ ?$ ?= ?: ?( ?, ?, ?# ?$ ?$ ?_ ?_ ?_ ! ! #1 #1 #1 =[7,8] =[7,8] ?:"
        ) { spaceless([$0[0], $0[1]]) },
        DecodableRow(
            [Int: Int].self, "a map",
            "?+ ?$ ?= ?: ?( ?, ?, ?# ?$ ?$ ?_ ?_ ?_ ! ! #1 #1 #1 =[7:8] =[7:8] ?:"
        ) { spaceless($0) },
        DecodableRow(
            RESPPairs<Int, Int>.self, "pairs",
            "?+ ?$ ?= ?: ?( ?, ?, ?# ?$ ?$ ?_ ?_ ?_ ! ! #1 #1 #1 =[7:8] =[7:8] ?:"
        ) { spaceless(Dictionary(uniqueKeysWithValues: $0.map { ($0.key, $0.value) })) },
        DecodableRow(
            IntegerPair.self, "an array of 2",
            "?+ ?$ ?= ?: ?( ?, ?, ?# ?$ ?$ ?_ ?_ ?_ ! ! #1 #1 #1 =7,8 =7,8 ?:"
        ) { "\($0.first),\($0.second)" },
        DecodableRow(
            FieldsOfInterest.self, "a map",
            "?+ ?$ ?= ?: ?( ?, ?, ?# ?$ ?$ ?_ ?_ ?_ ! ! #1 #1 #1 =8 =8 ?:"
        ) { "\($0.seven)" },
    ]

    private static let wrappers = [
        DecodableRow(
            Int?.self, "an integer",
            "=7 =7 =7 =7 =7 =7 '1.5' 't' 'many' '' =nil =nil =nil ! ! ?* ?~ ?> ?* ?% =7"
        ) { $0.map { "\($0)" } ?? "nil" },
        DecodableRow(
            Digit.self, "an integer",
            "=seven =seven =seven =seven =seven =seven '1.5' 't' 'many' '' ?_ ?_ ?_ ! ! ?* ?~ ?> ?* ?% =seven"),
        DecodableRow(
            Result<Int, Refusal>.self, "an integer",
            "=7 =7 =7 =7 =7 =7 '1.5' 't' 'many' '' ?_ ?_ ?_ =ERR_no =ERR_no ?* ?~ ?> ?* ?% =7"
        ) { result in
            switch result {
            case .success(let value): "\(value)"
            case .failure(let refusal): refusal.message.replacing(" ", with: "_")
            }
        },
        DecodableRow(
            RESPAttributed<Int>.self, "an integer",
            "=7 =7 =7 =7 =7 =7 '1.5' 't' 'many' '' ?_ ?_ ?_ ! ! ?* ?~ ?> ?* ?% =7a1"
        ) { "\($0.value)" + $0.attributes.map { "\($0.key)\($0.value)" }.joined() },
        DecodableRow(
            RESPFrame.self, "anything",
            "=+ =$ == =: =( =, =, =# =$ =$ =_ =_ =_ =- =! =* =~ => =* =% =:"
        ) { String(UnicodeScalar($0.kind.rawValue)) },
    ]

    /// A collection of numbers, printed without spaces.
    private static func spaceless<Numbers>(_ numbers: Numbers) -> String { "\(numbers)".filter { $0 != " " } }
}

struct Refusal: RESPErrorReply, Hashable {
    var message: String
}

enum Digit: Int, RESPDecodable { case seven = 7 }

struct IntegerPair: RESPDecodable {
    var first: Int
    var second: Int

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) { (first, second) = try reader.readTuple() }
}

struct FieldsOfInterest: RESPDecodable {
    var seven = 0

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "7": seven = try reader.read()
            default: break
            }
        }
    }
}
