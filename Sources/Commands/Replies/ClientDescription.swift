// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A connection as its server sees it: a line of `CLIENT LIST`, or the answer of `CLIENT INFO`.
///
/// What every supported server says has a property; all of it is in ``fields``, by the server's names.
public struct ClientDescription: RESPDecodable, Hashable, Sendable {
    /// All that the server says: `["id": "5", "addr": "127.0.0.1:52555", …]`.
    public var fields: [String: String] = [:]

    /// A description of nothing.
    public init() {}

    /// From the server's line: `id=5 addr=127.0.0.1:52555 …`.
    public init(line: some StringProtocol) {
        fields = Dictionary(TextFields.pairs(line).map { ($0.name, $0.value) }) { $1 }
    }

    /// Takes a line of text.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let text = try reader.readString()
        self.init(line: TextFields.lines(text).first ?? "")
    }

    /// Takes a text of lines.
    public static func _decodeArray(from reader: inout RESPReader) throws(RESPTypeMismatch) -> [Self] {
        try reader.readLines { line throws(RESPTypeMismatch) in Self(line: line) }
    }

    /// Which connection it is; 0 if the server doesn't say.
    public var id: ClientID { clientID("id") ?? 0 }
    /// The address of the client, with its port.
    public var address: String { fields["addr"] ?? "" }
    /// The address that it has connected to, with its port.
    public var localAddress: String { fields["laddr"] ?? "" }
    /// The name that `CLIENT SETNAME` gave it; empty if none.
    public var name: String { fields["name"] ?? "" }
    /// How long it has been connected; in steps of a second.
    public var age: Duration { .seconds(integer("age") ?? 0) }
    /// How long it has been silent; in steps of a second.
    public var idle: Duration { .seconds(integer("idle") ?? 0) }
    /// A letter for each thing that it is: `N` for nothing special, `M` for a primary, `S` for a replica, `b` for one
    /// that waits in a blocking command, …
    public var flags: String { fields["flags"] ?? "" }
    /// The database that it has selected.
    public var database: Int { integer("db") ?? 0 }
    /// The ACL user that it is.
    public var user: String { fields["user"] ?? "" }
    /// The version of the protocol that it speaks: 2 or 3.
    public var protocolVersion: Int { integer("resp") ?? 2 }
    /// The library that it says to use; empty if it doesn't say.
    public var libraryName: String { fields["lib-name"] ?? "" }
    /// The library's version; empty if it doesn't say.
    public var libraryVersion: String { fields["lib-ver"] ?? "" }
    /// The command that it sent last, in lower case, with a bar before a subcommand: `client|list`.
    public var lastCommand: String { fields["cmd"] ?? "" }
    /// The connection that gets invalidation messages in its place; nil if it gets them itself or none.
    public var redirect: ClientID? { clientID("redir").flatMap { $0 > 0 ? $0 : nil } }
    /// How much memory it takes on the server, in bytes.
    public var memory: Int { integer("tot-mem") ?? 0 }

    private func clientID(_ name: String) -> ClientID? {
        fields[name].flatMap { Int64($0) }.map { ClientID(rawValue: $0) }
    }

    private func integer(_ name: String) -> Int? { fields[name].flatMap { Int($0) } }
}
