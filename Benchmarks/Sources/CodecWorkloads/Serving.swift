// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec

/// Reads commands as a server does, and looks at every argument as ``visit(_:piece:)`` does at values.
func serve(_ input: Input, piece: Int = 64 << 10) throws -> Int {
    var decoder = RESPCommandDecoder()
    var source = Source(input, piece: piece)
    var total = 0
    while !source.isAtEnd {
        decoder.receive { source.read(into: &$0) }
        while let command = try decoder.next() {
            try command.withReader { reader throws(RESPTypeMismatch) in
                while !reader.isAtEnd {
                    let argument = try reader.readSpan()
                    total &+= 1 &+ argument.count &+ Int(argument[0])
                }
            }
        }
    }
    return total
}

extension Input {
    static let gets = Input("pipelined GETs", elements: 100_000) { out in
        for index in 0..<100_000 { out += "*2\r\n$3\r\nGET\r\n$13\r\nkey:\(100_000_000 + index)\r\n".utf8 }
    }

    static let sets = Input("pipelined SETs", elements: 100_000) { out in
        for index in 0..<100_000 {
            out += "*3\r\n$3\r\nSET\r\n$13\r\nkey:\(100_000_000 + index)\r\n$16\r\nabcdefghijklmnop\r\n".utf8
        }
    }

    static let msets = Input("pipelined MSETs of 10 pairs", elements: 20_000) { out in
        for index in 0..<20_000 {
            out += "*21\r\n$4\r\nMSET\r\n".utf8
            for pair in 0..<10 {
                out += "$13\r\nkey:\(100_000_000 + 10 * index + pair)\r\n$16\r\nabcdefghijklmnop\r\n".utf8
            }
        }
    }

    /// As they are typed: hiredis can't read these.
    static let inlineGets = Input("inline GETs", elements: 100_000) { out in
        for index in 0..<100_000 { out += "GET key:\(100_000_000 + index)\r\n".utf8 }
    }
}

extension Table {
    /// A server's input.
    static let commands = Table(
        id: "commands", title: "Read commands as a server", unit: "command", columns: ["decode and visit", "hiredis"],
        ratio: (0, 1),
        rows: [
            row(.gets, "GET"), row(.sets, "SET"), row(.msets, "MSET"),
            Row(name: Input.inlineGets.name, workloads: [serving(.inlineGets, "GET-inline"), nil]),
        ])

    private static func row(_ input: Input, _ name: String) -> Row {
        Row(name: input.name, workloads: [serving(input, name), hiredisVisit("hiredis-serve-\(name)", input)])
    }

    private static func serving(_ input: Input, _ name: String) -> Workload {
        Workload(name: "serve-\(name)", elements: input.elements) { try serve(input) }
    }
}
