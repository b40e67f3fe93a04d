// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec

/// What Swift's own types cost without any decoding: the payloads of an input, found beforehand, are made into strings and
/// put into arrays or dictionaries. No codec that gives those types can take less.
///
/// The text isn't validated, since it is known to be ASCII.
final class Floor: Sendable {
    let bytes: [UInt8]
    /// Where the payloads are, a list per frame.
    let frames: [[Range<Int>]]

    static let strings15 = Floor(.strings(length: 15))
    static let strings16 = Floor(.strings(length: 16))
    static let pairs = Floor(.dictionaries(resp3: true))

    private init(_ input: Input) {
        bytes = input.bytes
        // The inputs hold nothing but headers of aggregates and bulk strings.
        var frames: [[Range<Int>]] = []
        var position = 0
        while position < bytes.count {
            let kind = bytes[position]
            let end = bytes[position...].firstIndex(of: 0x0D)!
            let length = Int(String(decoding: bytes[(position + 1)..<end], as: UTF8.self))!
            position = end + 2
            if kind == UInt8(ascii: "$") {
                frames[frames.count - 1].append(position..<(position + length))
                position += length + 2
            } else {
                frames.append([])
            }
        }
        self.frames = frames
    }

    func strings() -> Int {
        let bytes = bytes
        var total = 0
        for payloads in frames {
            var strings: [String] = []
            strings.reserveCapacity(payloads.count)
            for payload in payloads { strings.append(string(bytes.span, payload)) }
            total &+= strings.count
        }
        return total
    }

    func dictionaries() -> Int {
        let bytes = bytes
        var total = 0
        for payloads in frames {
            var pairs = [String: String](minimumCapacity: payloads.count / 2)
            var index = 0
            while index < payloads.count {
                pairs.updateValue(string(bytes.span, payloads[index + 1]), forKey: string(bytes.span, payloads[index]))
                index &+= 2
            }
            total &+= pairs.count
        }
        return total
    }

    @inline(__always)
    private func string(_ bytes: Span<UInt8>, _ payload: Range<Int>) -> String {
        unsafe String(copying: UTF8Span(unchecked: bytes.extracting(payload), isKnownASCII: true))
    }
}
