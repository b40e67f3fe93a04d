// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Numbers that are the same in every run, and frames made of them.
struct RESPRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    /// The encoding of a value of any kind, nested up to `depth`, with attributes here and there.
    mutating func value(depth: Int) -> String {
        let attribute = below(8) == 0 ? aggregate("|", depth: depth - 1) : ""
        return attribute + bareValue(depth: depth)
    }

    private mutating func bareValue(depth: Int) -> String {
        switch below(depth > 0 ? 22 : 14) {
        case 0: "+\(word(12))\r\n"
        case 1: "-ERR \(word(20))\r\n"
        case 2: ":\(Int64(bitPattern: next()) >> below(64))\r\n"
        case 3...6: bulk("$", word(40))
        case 7: ["_\r\n", "$-1\r\n", "*-1\r\n"][below(3)]
        case 8: ["#t\r\n", "#f\r\n"][below(2)]
        case 9: ",\(Double(below(1_000)) / 8)\r\n"
        case 10: "(\(next())\(next())\r\n"
        case 11: bulk("!", "ERR " + word(30))
        case 12: bulk("=", "txt:" + word(30))
        case 13: ["*0\r\n", "%0\r\n", "~0\r\n", ">0\r\n"][below(4)]
        default: aggregate(["*", "%", "~", ">"][below(4)], depth: depth - 1)
        }
    }

    private mutating func aggregate(_ marker: String, depth: Int) -> String {
        let count = below(5)
        let isMap = marker == "%" || marker == "|"
        return "\(marker)\(count)\r\n" + (0..<(isMap ? 2 * count : count)).map { _ in value(depth: depth) }.joined()
    }

    private mutating func bulk(_ marker: String, _ text: String) -> String {
        "\(marker)\(text.utf8.count)\r\n\(text)\r\n"
    }

    private mutating func word(_ limit: Int) -> String {
        String((0..<below(limit)).map { _ in Character(UnicodeScalar(UInt8(97 + below(26)))) })
    }
}
