// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec

/// Indexes every frame.
private func index(_ input: Input) throws -> Int {
    var total = 0
    try decode(input) { frame in total &+= try RESPTree(frame).nodeCount }
    return total
}

/// Elements of one large array, by index, in an order that no prefetcher foresees.
enum RandomAccess {
    static let count = 100_000

    private static let tree: RESPTree = {
        // Of a frame that was found whole.
        var found: RESPTree?
        try! decode(.longArray) { frame in found = try RESPTree(frame) }
        return found!
    }()

    /// The indices, one after the other.
    @inline(__always)
    static func forEachIndex<E: Error>(_ body: (Int) throws(E) -> Void) throws(E) {
        var index = 1
        for _ in 0..<count {
            index = index &* 48_271 % 99_991
            try body(index)
        }
    }

    static func visit() throws -> Int {
        let tree = tree
        let root = tree.root
        var total = 0
        try forEachIndex { index throws(RESPTypeMismatch) in
            let span = try root[index].span
            total &+= span.count &+ Int(span[0])
        }
        return total
    }
}

extension Table {
    /// Values reached in any order.
    static let trees = Table(
        id: "trees", title: "`RESPTree`", unit: "element", columns: ["tree", "hiredis"], ratio: (0, 1), isSame: false,
        rows: [
            building(.arrays, "arrays"), building(.maps, "maps", against: .mapsAsArrays), building(.mixed, "mixed"),
            Row(
                name: "reach elements of an array of 100,000, in random order",
                workloads: [
                    Workload(name: "tree-access", elements: RandomAccess.count) { try RandomAccess.visit() },
                    hiredisRandomAccess("hiredis-access"),
                ]),
        ])

    private static func building(_ input: Input, _ name: String, against other: Input? = nil) -> Row {
        Row(
            name: "decode and index \(input.name)",
            workloads: [
                Workload(name: "tree-build-\(name)", elements: input.elements) { try index(input) },
                hiredisVisit("hiredis-build-\(name)", other ?? input),
            ])
    }
}
