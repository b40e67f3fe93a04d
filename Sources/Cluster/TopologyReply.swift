// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// A topology reply as a tree, so that the parser can take RESP2 and RESP3 shapes alike and say where one is wrong.
///
/// Topologies are small and rare: a tree costs nothing that matters.
struct TopologyReply {
    private indirect enum Value {
        case text(String)
        case integer(Int)
        case null
        /// Also a map, as names and values in turn.
        case list([Value])
        /// Nothing that belongs into a topology.
        case other(String)
    }

    private let value: Value
    /// Where in the whole reply this is, for example `[0].nodes[1].port`.
    private let path: String

    /// No topology is nested deeper than this.
    private static let depthLimit = 8

    init(_ frame: RESPFrame) throws(TopologyDefect) {
        let value: Value
        do throws(RESPTypeMismatch) {
            value = try frame.withReader { reader throws(RESPTypeMismatch) in try Self.read(&reader, depth: 0) }
        } catch {
            throw .unexpectedShape(wanted: error.wanted, found: "\(error.found)", path: "")
        }
        self.init(value, path: "")
    }

    private init(_ value: Value, path: String) {
        self.value = value
        self.path = path
    }

    private static func read(_ reader: inout RESPReader, depth: Int) throws(RESPTypeMismatch) -> Value {
        let kind = try reader.peekKind()
        switch kind {
        case .integer: return .integer(try reader.readInteger())
        case .null:
            reader.skip()
            return .null
        case .bulkString, .simpleString, .verbatimString: return .text(try reader.readString())
        case .array, .set, .map:
            guard depth < depthLimit else {
                reader.skip()
                return .other("a list nested too deep")
            }
            let count = try reader.readArrayHeader()
            var items: [Value] = []
            for _ in 0..<count { items.append(try read(&reader, depth: depth + 1)) }
            return .list(items)
        default:
            reader.skip()
            return .other("\(kind)")
        }
    }

    private func unexpected(_ wanted: String) -> TopologyDefect {
        let found =
            switch value {
            case .text: "a string"
            case .integer: "an integer"
            case .null: "null"
            case .list(let items): "a list of \(items.count)"
            case .other(let kind): kind
            }
        return .unexpectedShape(wanted: wanted, found: found, path: path)
    }

    /// The elements of a list, or the names and values of a map in turn.
    func list() throws(TopologyDefect) -> [TopologyReply] {
        guard case .list(let items) = value else { throw unexpected("a list") }
        return items.indices.map { TopologyReply(items[$0], path: "\(path)[\($0)]") }
    }

    /// The names and values of a map, or of a list that has them in turn.
    func fields() throws(TopologyDefect) -> [(name: String, value: TopologyReply)] {
        let items = try list()
        guard items.count.isMultiple(of: 2) else { throw unexpected("names and values") }
        var fields: [(name: String, value: TopologyReply)] = []
        for index in stride(from: 0, to: items.count, by: 2) {
            let name = try items[index].text()
            fields.append((name, TopologyReply(items[index + 1].value, path: "\(path).\(name)")))
        }
        return fields
    }

    func text() throws(TopologyDefect) -> String {
        guard case .text(let text) = value else { throw unexpected("a string") }
        return text
    }

    func textOrNull() throws(TopologyDefect) -> String? {
        if case .null = value { return nil }
        return try text()
    }

    /// An integer, or a string of digits.
    func integer() throws(TopologyDefect) -> Int {
        switch value {
        case .integer(let number): return number
        case .text(let text):
            guard let number = Int(text) else { throw unexpected("an integer") }
            return number
        case .null, .list, .other: throw unexpected("an integer")
        }
    }
}
