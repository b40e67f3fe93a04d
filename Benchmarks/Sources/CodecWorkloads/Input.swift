// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization

/// A stream of replies to parse, and what it holds.
final class Input: Sendable {
    let name: String
    /// Values in it, aggregates not counted.
    let elements: Int
    private let made = Mutex<[UInt8]?>(nil)
    private let make: @Sendable (inout [UInt8]) -> Void

    /// The streams, under the letters that the README's tables have.
    static let all: [Input] = [bulks, arrays, large, integers, maps, longer, mixed]

    static let bulks = Input("a: 200,000 bulk strings of 16 bytes, a frame each", elements: 200_000) { out in
        for _ in 0..<200_000 { out += bulk16 }
    }

    static let arrays = Input("b: 200 arrays of 1,000 such", elements: 200_000) { out in
        for _ in 0..<200 {
            out += "*1000\r\n".utf8
            for _ in 0..<1_000 { out += bulk16 }
        }
    }

    static let large = Input("c: 32 bulk strings of 1 MiB, a frame each", elements: 32) { out in
        for _ in 0..<32 {
            out += "$1048576\r\n".utf8
            out += [UInt8](repeating: 97, count: 1 << 20)
            out += "\r\n".utf8
        }
    }

    static let integers = Input("d: 200,000 integers, a frame each", elements: 200_000) { out in
        for _ in 0..<200_000 { out += ":12345\r\n".utf8 }
    }

    static let maps = Input("e: 1,000 maps of 100 pairs", elements: 200_000) { out in
        for _ in 0..<1_000 {
            out += "%100\r\n".utf8
            for _ in 0..<200 { out += bulk16 }
        }
    }

    /// The same as ``maps`` for readers that know RESP2 only.
    static let mapsAsArrays = Input("e: 1,000 maps of 100 pairs", elements: 200_000) { out in
        for _ in 0..<1_000 {
            out += "*200\r\n".utf8
            for _ in 0..<200 { out += bulk16 }
        }
    }

    /// Frames that are too long to live inside of their values.
    static let longer = Input("f: 200,000 bulk strings of 64 bytes, a frame each", elements: 200_000) { out in
        let bulk64 = Array("$64\r\n".utf8) + [UInt8](repeating: 97, count: 64) + [0x0D, 0x0A]
        for _ in 0..<200_000 { out += bulk64 }
    }

    static let mixed = Input("m: 1,000 arrays of 100 bulk strings of 1 to 1,100 bytes", elements: 100_000) { out in
        var state: UInt64 = 88_172_645_463_325_252
        for _ in 0..<1_000 {
            out += "*100\r\n".utf8
            for _ in 0..<100 {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                let random = Int(state >> 8)
                let length =
                    switch state & 3 {
                    case 0: 1 + random % 9
                    case 1: 1 + random % 99
                    case 2: 1_000 + random % 100
                    default: 16
                    }
                out += "$\(length)\r\n".utf8
                out += [UInt8](repeating: 97, count: length)
                out += "\r\n".utf8
            }
        }
    }

    static let longArray = Input("one array of 100,000 bulk strings of 16 bytes", elements: 100_000) { out in
        out += "*100000\r\n".utf8
        for _ in 0..<100_000 { out += bulk16 }
    }

    /// Arrays of 1,000 strings of `length` bytes.
    static func strings(length: Int) -> Input {
        Input("strings of \(length) bytes", elements: 100_000) { out in
            for _ in 0..<100 {
                out += "*1000\r\n".utf8
                for index in 0..<1_000 {
                    let text = String(100_000_000 + index) + String(repeating: "x", count: length - 9)
                    out += "$\(length)\r\n\(text)\r\n".utf8
                }
            }
        }
    }

    static let integerArrays = Input("arrays of 1,000 integers", elements: 100_000) { out in
        for _ in 0..<100 {
            out += "*1000\r\n".utf8
            for index in 0..<1_000 { out += ":\(10_000 + index)\r\n".utf8 }
        }
    }

    /// Maps of 100 pairs of strings of 16 bytes, in RESP2's form or RESP3's.
    static func dictionaries(resp3: Bool) -> Input {
        Input("maps of 100 pairs", elements: 100_000) { out in
            for _ in 0..<500 {
                out += (resp3 ? "%100\r\n" : "*200\r\n").utf8
                for index in 0..<100 {
                    out += "$16\r\nfield-\(1_000_000_000 + index)\r\n$16\r\nabcdefghijklmnop\r\n".utf8
                }
            }
        }
    }

    private static let bulk16 = Array("$16\r\nabcdefghijklmnop\r\n".utf8)

    init(_ name: String, elements: Int, _ make: @escaping @Sendable (inout [UInt8]) -> Void) {
        self.name = name
        self.elements = elements
        self.make = make
    }

    /// The stream, made when it is first asked for: `list` and the runs of other inputs do without.
    var bytes: [UInt8] {
        made.withLock { made in
            if let made { return made }
            var bytes: [UInt8] = []
            make(&bytes)
            made = bytes
            return bytes
        }
    }
}
