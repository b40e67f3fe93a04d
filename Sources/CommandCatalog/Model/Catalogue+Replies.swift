// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

extension Catalogue {
    /// The catalogue that a server's own answers give, in either protocol version. Prose is left out.
    ///
    /// - Parameters:
    ///   - command: the reply to `COMMAND`.
    ///   - documents: the reply to `COMMAND DOCS`.
    ///   - info: the reply to `INFO server`.
    public init(command: RESPFrame, documents: RESPFrame, info: RESPFrame) throws(RESPTypeMismatch) {
        let facts = try command.decode(as: [CommandReply].self)
        let documents = try documents.decode(as: [String: DocumentReply].self)
        let commands = facts.map { $0.described(by: documents[$0.name], container: nil) }
        var lines: [String: String] = [:]
        for line in try info.decode(as: String.self).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { lines[String(parts[0])] = String(parts[1]) }
        }
        let isValkey = lines["valkey_version"] != nil
        self.init(
            server: isValkey ? "valkey" : "redis",
            version: lines["valkey_version"] ?? lines["redis_version"] ?? "unknown",
            commands: commands)
    }
}

extension Catalogue {
    /// The same from the replies' bytes.
    package init(command: [UInt8], documents: [UInt8], info: [UInt8]) throws {
        try self.init(
            command: RESPFrame(encoded: command), documents: RESPFrame(encoded: documents),
            info: RESPFrame(encoded: info))
    }
}

/// One element of the reply to `COMMAND`.
private struct CommandReply: RESPDecodable {
    var name: String
    var arity: Int
    var flags: [String]
    var tips: [String] = []
    var keySpecifications: [KeySpecificationReply] = []
    var subcommands: [CommandReply] = []

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let count = try reader.readArrayHeader()
        guard count >= 3 else { throw RESPTypeMismatch(wanted: "a command", found: .count(count)) }
        name = try reader.readElement(0)
        arity = try reader.readElement(1)
        flags = try reader.readElement(2)
        for index in 3..<max(3, count) {
            switch index {
            case 7: tips = try reader.readElement(index)
            case 8: keySpecifications = try reader.readElement(index)
            case 9: subcommands = try reader.readElement(index)
            default: reader.skip()
            }
        }
    }

    func described(by document: DocumentReply?, container: String?) -> CatalogueCommand {
        var command = CatalogueCommand(
            name: container.map { String(name.dropFirst($0.count + 1)) } ?? name, arity: arity,
            group: document?.group ?? "", since: document?.since ?? "")
        command.deprecatedSince = document?.deprecatedSince
        command.flags = flags.sortedOrNil
        command.documentFlags = document?.flags.sortedOrNil
        command.tips = tips.sortedOrNil
        command.keySpecifications = keySpecifications.isEmpty ? nil : keySpecifications.map(\.specification)
        command.arguments = document?.arguments.map(\.argument).orNil
        command.subcommands =
            subcommands.map { $0.described(by: document?.subcommands[$0.name], container: name) }
            .sorted { $0.name < $1.name }.orNil
        return command
    }
}

/// One of a command's key specifications.
private struct KeySpecificationReply: RESPDecodable {
    var specification = CatalogueKeySpecification(flags: [], index: nil)

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        for _ in 0..<(try reader.readMapHeader()) {
            switch try reader.readString() {
            case "flags": specification.flags = try [String](from: &reader).sorted()
            case "begin_search": specification.index = try BeginReply(from: &reader).index
            default: reader.skip()
            }
        }
    }
}

/// Where a key specification begins.
private struct BeginReply: RESPDecodable {
    var index: Int?

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        for _ in 0..<(try reader.readMapHeader()) {
            guard try reader.readString() == "spec" else {
                reader.skip()
                continue
            }
            for _ in 0..<(try reader.readMapHeader()) {
                if try reader.readString() == "index" { index = try reader.readInteger() } else { reader.skip() }
            }
        }
    }
}

/// One element of the reply to `COMMAND DOCS`.
private struct DocumentReply: RESPDecodable {
    var group = ""
    var since = ""
    var deprecatedSince: String?
    var flags: [String] = []
    var arguments: [ArgumentReply] = []
    var subcommands: [String: DocumentReply] = [:]

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        for _ in 0..<(try reader.readMapHeader()) {
            switch try reader.readString() {
            case "group": group = try reader.readString()
            case "since": since = try reader.readString()
            case "deprecated_since": deprecatedSince = try reader.readString()
            case "doc_flags": flags = try [String](from: &reader)
            case "arguments": arguments = try [ArgumentReply](from: &reader)
            case "subcommands": subcommands = try [String: DocumentReply](from: &reader)
            default: reader.skip()
            }
        }
    }
}

/// One node of a grammar.
private struct ArgumentReply: RESPDecodable {
    var argument = CatalogueArgument(name: "", type: "")

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        for _ in 0..<(try reader.readMapHeader()) {
            switch try reader.readString() {
            case "name": argument.name = try reader.readString()
            case "type": argument.type = try reader.readString()
            case "token": argument.token = try reader.readString()
            case "since": argument.since = try reader.readString()
            case "flags": argument.flags = try [String](from: &reader).sortedOrNil
            case "arguments": argument.arguments = try [ArgumentReply](from: &reader).map(\.argument).orNil
            default: reader.skip()
            }
        }
    }
}

extension Array {
    /// Nothing rather than an empty list, which the committed form leaves out.
    fileprivate var orNil: [Element]? { isEmpty ? nil : self }
}

extension [String] {
    /// Sorted, so that the committed form doesn't depend on the server's order; nothing rather than an empty list.
    fileprivate var sortedOrNil: [String]? { sorted().orNil }
}
