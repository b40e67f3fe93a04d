// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec

/// Takes large payloads as they arrive.
private func stream(_ input: Input, above threshold: Int, piece: Int) throws -> Int {
    var decoder = RESPDecoder()
    var source = Source(input, piece: piece)
    var total = 0
    while !source.isAtEnd {
        decoder.receive { source.read(into: &$0) }
        while let part = try decoder.nextPart(streamingAbove: threshold) {
            if case .payloadPiece(let bytes) = part { total &+= bytes.count &+ Int(bytes.span[0]) }
        }
    }
    return total
}

extension Input {
    static let huge = Input("4 bulk strings of 16 MiB", elements: 4 * 16 << 10) { out in
        for _ in 0..<4 {
            out += "$16777216\r\n".utf8
            out += [UInt8](repeating: 97, count: 16 << 20)
            out += "\r\n".utf8
        }
    }
}

extension Table {
    /// Large payloads.
    static let streaming = Table(
        id: "streaming", title: Input.huge.name, unit: "KiB", columns: ["in pieces", "as a whole", "hiredis"],
        ratio: (0, 2), isSame: false,
        rows: [16, 64].map { size in
            Row(
                name: "reads of \(size) KiB",
                workloads: [
                    Workload(name: "stream-\(size)KiB", elements: Input.huge.elements) {
                        try stream(.huge, above: 1 << 20, piece: size << 10)
                    },
                    Workload(name: "visit-huge-\(size)KiB", elements: Input.huge.elements) {
                        try visit(.huge, piece: size << 10)
                    },
                    hiredisVisit("hiredis-visit-huge-\(size)KiB", .huge, piece: size << 10),
                ])
        })
}
