// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The answer of `INFO` and of `CLUSTER INFO`: fields by name, in sections.
///
///     let info = try await client.info("memory")
///     let used = info["used_memory", as: Int.self]
public struct ServerInfo: RESPDecodable, Hashable, Sendable {
    /// Fields that belong together.
    public struct Section: Hashable, Sendable {
        /// The name as the server writes it: `Memory`; empty if the answer has no sections.
        public var name: String
        /// The fields in the server's order.
        public var fields: [Field]
    }

    /// One line.
    public struct Field: Hashable, Sendable {
        /// The name: `used_memory`.
        public var name: String
        /// The text: `922784`.
        public var text: String
    }

    /// The sections in the server's order.
    public var sections: [Section]

    /// From the server's text.
    public init(text: String) {
        sections = []
        for line in TextFields.lines(text) {
            if line.hasPrefix("#") {
                sections.append(Section(name: String(line.dropFirst().drop { $0 == " " }), fields: []))
                continue
            }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if sections.isEmpty { sections.append(Section(name: "", fields: [])) }
            let field = Field(name: String(parts[0]), text: parts.count > 1 ? String(parts[1]) : "")
            sections[sections.count - 1].fields.append(field)
        }
    }

    /// Takes a text.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        self.init(text: try reader.readString())
    }

    /// The text of the first field of this name; nil if there is none. O(fields).
    public subscript(name: String) -> String? {
        for section in sections {
            if let field = section.fields.first(where: { $0.name == name }) { return field.text }
        }
        return nil
    }

    /// The number, or whatever else it is, that the first field of this name holds; nil if there is none, or it is
    /// something else. O(fields).
    public subscript<Number: LosslessStringConvertible>(name: String, as type: Number.Type) -> Number? {
        self[name].flatMap(Number.init)
    }

    /// What a field of several parts holds, such as `db0:keys=1,expires=0` and `cmdstat_get:calls=2,usec=4`; nil if
    /// there is no such field.
    public func parts(of name: String) -> [String: String]? {
        self[name].map { text in
            let pairs = TextFields.pairs(text.replacing(",", with: " "))
            return Dictionary(pairs.map { ($0.name, $0.value) }) { $1 }
        }
    }
}
