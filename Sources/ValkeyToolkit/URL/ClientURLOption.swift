// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pipeline

/// One `name=value` of a URL's query; ``ClientURL`` lists them for users.
struct ClientURLOption {
    enum Name: String, CaseIterable {
        case database
        case protocolVersion = "protocol"
        case clientName = "client_name"
        case connectTimeout = "connect_timeout"
        case commandTimeout = "command_timeout"
        case maximumConnections = "max_connections"
    }

    let name: Name
    let value: String

    /// All options of a query.
    static func list(
        _ query: ArraySlice<UInt8>, databaseIsGiven: Bool
    ) throws(ClientURLError) -> [ClientURLOption] {
        guard !query.isEmpty else { return [] }
        var seen: Set<Name> = databaseIsGiven ? [.database] : []
        var options: [ClientURLOption] = []
        for pair in query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            let mark = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let text = try percentDecoded(pair[..<mark], in: .option)
            guard let name = Name(rawValue: text) else { throw .unknownOption(name: text) }
            guard seen.insert(name).inserted else { throw .repeatedOption(name: text) }
            let value = try percentDecoded(pair[mark...].dropFirst(), in: .option)
            options.append(ClientURLOption(name: name, value: value))
        }
        return options
    }

    func apply(to configuration: inout NodeConfiguration) throws(ClientURLError) {
        let bytes = Array(value.utf8)[...]
        switch name {
        case .database: configuration.database = try require(wholeNumber(bytes))
        case .protocolVersion: configuration.protocolVersion = try require(["2": .resp2, "3": .resp3][value])
        case .clientName: configuration.clientName = try require(Self.visibleText(value))
        case .connectTimeout: configuration.connectTimeout = try require(Self.duration(bytes))
        case .commandTimeout: configuration.commandTimeout = try require(Self.duration(bytes))
        case .maximumConnections:
            configuration.maximumConnections = try require(wholeNumber(bytes).flatMap { $0 > 0 ? $0 : nil })
        }
    }

    private func require<Value>(_ found: Value?) throws(ClientURLError) -> Value {
        guard let found else { throw .invalidOptionValue(name: name.rawValue, value: value) }
        return found
    }

    /// What CLIENT SETNAME takes: visible ASCII characters.
    private static func visibleText(_ text: String) -> String? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return text
    }

    /// `2s`, `500ms`, `1.5`; above zero, to the nanosecond. The number has at most nine digits on either side of its
    /// point, so that nothing here can overflow.
    private static func duration(_ bytes: ArraySlice<UInt8>) -> Duration? {
        let unitStart = bytes.firstIndex { $0.isASCIILetter } ?? bytes.endIndex
        let scale: Int
        switch String(decoding: bytes[unitStart...], as: UTF8.self) {
        case "", "s": scale = 1_000_000_000
        case "ms": scale = 1_000_000
        default: return nil
        }
        let parts = bytes[..<unitStart].split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].count <= 9, let whole = wholeNumber(parts[0]) else { return nil }
        var nanoseconds = whole * scale
        if parts.count == 2 {
            guard parts[1].count <= 9, let fraction = wholeNumber(parts[1]) else { return nil }
            nanoseconds += fraction * scale / parts[1].reduce(1) { tens, _ in tens * 10 }
        }
        return nanoseconds > 0 ? .nanoseconds(nanoseconds) : nil
    }
}
