// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec

/// Reads `input` in pieces, one copy each, and gives every frame to `body`. As one piece, it is appended.
@inline(__always)
func decode(_ input: Input, piece: Int = 64 << 10, _ body: (RESPFrame) throws -> Void) throws {
    var decoder = RESPDecoder()
    var source = Source(input, piece: piece)
    if piece >= source.bytes.count {
        decoder.append(source.bytes.span)
        while let frame = try decoder.next() { try body(frame) }
        return
    }
    while !source.isAtEnd {
        decoder.receive { source.read(into: &$0) }
        while let frame = try decoder.next() { try body(frame) }
    }
}

/// Finds frames and does nothing with them.
func scan(_ input: Input, piece: Int = 64 << 10) throws -> Int {
    var total = 0
    try decode(input, piece: piece) { total &+= $0.count }
    return total
}

/// Looks at every value: its length and its first byte, or its number, as is done with hiredis' replies.
func visit(_ input: Input, piece: Int = 64 << 10) throws -> Int {
    var total = 0
    try decode(input, piece: piece) { frame in
        try frame.withReader { reader throws(RESPTypeMismatch) in total &+= try visit(&reader) }
    }
    return total
}

/// The same where the bytes were received, without making frames.
func visitInPlace(_ input: Input, piece: Int = 64 << 10) throws -> Int {
    var decoder = RESPDecoder()
    var source = Source(input, piece: piece)
    var total = 0
    while !source.isAtEnd {
        decoder.receive { source.read(into: &$0) }
        while let visited = try decoder.withNext({ reader in try? visit(&reader) }) { total &+= visited ?? 0 }
    }
    return total
}

@inline(__always)
private func visit(_ reader: inout RESPReader) throws(RESPTypeMismatch) -> Int {
    var total = 0
    while !reader.isAtEnd {
        switch try reader.peekKind() {
        case .array: total &+= try reader.readArrayHeader()
        case .map: total &+= 2 * (try reader.readMapHeader())
        case .integer: total &+= try reader.readInteger()
        default:
            let span = try reader.readSpan()
            total &+= span.count &+ Int(span[0])
        }
    }
    return total
}

/// Decodes every frame into a value.
func build<Value: RESPDecodable>(_ type: Value.Type, _ input: Input, _ count: (Value) -> Int) throws -> Int {
    var total = 0
    try decode(input) { frame in total &+= count(try frame.decode(as: Value.self)) }
    return total
}

extension Table {
    /// T1: every element is looked at.
    static let visiting = Table(
        id: "T1", title: "Parse and visit every element", unit: "element",
        columns: ["scan", "visit", "in place", "hiredis", "hiredis, 16 KiB"], ratio: (1, 3),
        rows: Input.all.map { input in
            let letter = String(input.name.prefix(1))
            let comparable = letter == "e" ? Input.mapsAsArrays : input
            return Row(
                name: input.name,
                workloads: [
                    Workload(name: "scan-\(letter)", elements: input.elements) { try scan(input) },
                    Workload(name: "visit-\(letter)", elements: input.elements) { try visit(input) },
                    Workload(name: "in-place-\(letter)", elements: input.elements) { try visitInPlace(input) },
                    hiredisVisit("hiredis-visit-\(letter)", comparable),
                    hiredisVisit("hiredis-visit-\(letter)-16KiB", comparable, piece: 16 << 10),
                ],
                // There is no target for c, where payloads are received into allocations of their own, and for f.
                must: ["c", "f"].contains(letter) ? nil : letter == "d" ? 0.5 : 0.35, reach: 0.15,
                allocations: letter == "c" ? nil : 0)
        })

    /// T1b: one large array in pieces.
    static let chunking: Table = {
        let input = Input.longArray
        func whole(_ piece: Int, _ name: String) -> Workload {
            Workload(name: "visit-long-\(name)", elements: input.elements) { try visit(input, piece: piece) }
        }
        let single = whole(.max >> 1, "whole")
        return Table(
            id: "T1b", title: input.name, unit: "element", columns: ["in pieces", "in one piece", "hiredis"],
            ratio: (0, 1),
            rows: [(64, "64KiB"), (16, "16KiB"), (4, "4KiB")].map { size, name in
                Row(
                    name: "pieces of \(size) KiB",
                    workloads: [
                        whole(size << 10, name), single,
                        hiredisVisit("hiredis-visit-long-\(name)", input, piece: size << 10),
                    ],
                    must: size == 4 ? nil : 1.2, reach: 1.0, allocations: 0)
            })
    }()

    /// T1c: Swift values are made, where hiredis makes its replies.
    static let building = Table(
        id: "T1c", title: "Decode into", unit: "element", columns: ["decode", "hiredis", "no decoding"], ratio: (0, 1),
        isSame: false,
        rows: [
            row("`[Int]`", "Int", .integerArrays, as: [Int].self, must: 0.8),
            row("`[String]`, 15 bytes", "String15", .strings(length: 15), as: [String].self, must: 0.8) {
                Floor.strings15.strings()
            },
            row("`[String]`, 16 bytes", "String16", .strings(length: 16), as: [String].self, must: 1.05) {
                Floor.strings16.strings()
            },
            row("`[RESPBytes]`, 16 bytes", "RESPBytes16", .strings(length: 16), as: [RESPBytes].self),
            row("`[[UInt8]]`, 16 bytes", "bytes16", .strings(length: 16), as: [[UInt8]].self),
            row(
                "`[String: String]`, 16 bytes each", "Dictionary", .dictionaries(resp3: true),
                as: [String: String].self, against: .dictionaries(resp3: false), must: 1.05
            ) { Floor.pairs.dictionaries() },
        ])

    private static func row<Value: RESPDecodable & Collection & SendableMetatype>(
        _ title: String, _ name: String, _ input: Input, as type: Value.Type, against other: Input? = nil,
        must: Double? = nil, floor: (@Sendable () -> Int)? = nil
    ) -> Row {
        Row(
            name: title,
            workloads: [
                Workload(name: "decode-\(name)", elements: input.elements) { try build(type, input) { $0.count } },
                hiredisVisit("hiredis-decode-\(name)", other ?? input),
                floor.map { floor in Workload(name: "floor-\(name)", elements: input.elements) { floor() } },
            ],
            must: must, reach: must == nil ? nil : 0.5)
    }
}
