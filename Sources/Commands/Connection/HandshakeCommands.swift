// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// `HELLO protover [AUTH username password] [SETNAME clientname]`: opens a connection. Since 6.0.0.
///
/// Its description leaves the password out.
public struct HELLO: ConnectionCommand, CustomStringConvertible, CustomReflectable {
    /// What the server answers: what it is.
    public typealias Reply = ServerGreeting

    /// The protocol version: 2 or 3.
    public var protocolVersion: Int
    /// Logs in at the same time.
    public var credentials: (username: String, password: String)?
    /// Names the connection at the same time.
    public var clientName: String?

    /// Opens a connection in a protocol version.
    public init(
        _ protocolVersion: Int, credentials: (username: String, password: String)? = nil, clientName: String? = nil
    ) {
        self.protocolVersion = protocolVersion
        self.credentials = credentials
        self.clientName = clientName
    }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(name: "HELLO", flags: [.bindsConnection], idempotency: .idempotent, since: .init(6, 0, 0))
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(2 + (credentials == nil ? 0 : 3) + (clientName == nil ? 0 : 2))
        encoder.literal("$5\r\nHELLO\r\n")
        encoder.bulk(protocolVersion)
        if let credentials {
            encoder.literal("$4\r\nAUTH\r\n")
            encoder.bulk(credentials.username)
            encoder.bulk(credentials.password)
        }
        if let clientName {
            encoder.literal("$7\r\nSETNAME\r\n")
            encoder.bulk(clientName)
        }
    }

    /// The command without its password.
    public var description: String {
        "HELLO \(protocolVersion)\(credentials == nil ? "" : " AUTH …")\(clientName.map { " SETNAME \($0)" } ?? "")"
    }

    /// Nothing inside is shown, so that no dump prints the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// `AUTH [username] password`: logs the connection in. Since 1.0.0, with a user name since 6.0.0.
///
/// Its description leaves the password out.
public struct AUTH: ConnectionCommand, CustomStringConvertible, CustomReflectable {
    /// What the server answers.
    public typealias Reply = OK

    /// Who; the default user if nil.
    public var username: String?
    /// The secret.
    public var password: String

    /// Logs in.
    public init(username: String? = nil, password: String) {
        self.username = username
        self.password = password
    }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(name: "AUTH", flags: [.bindsConnection], idempotency: .idempotent, since: .init(1, 0, 0))
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.command(username == nil ? 2 : 3)
        encoder.literal("$4\r\nAUTH\r\n")
        if let username { encoder.bulk(username) }
        encoder.bulk(password)
    }

    /// The command without its password.
    public var description: String { "AUTH …" }

    /// Nothing inside is shown, so that no dump prints the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// `SELECT index`: changes the connection's database. Since 1.0.0.
public struct SELECT: ConnectionCommand {
    /// What the server answers.
    public typealias Reply = OK

    /// The database's number, from 0.
    public var database: Int

    /// Selects a database.
    public init(_ database: Int) { self.database = database }

    /// It binds state to its connection.
    public static var metadata: CommandMetadata {
        CommandMetadata(name: "SELECT", flags: [.bindsConnection], idempotency: .idempotent, since: .init(1, 0, 0))
    }

    /// Appends the command.
    public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*2\r\n$6\r\nSELECT\r\n")
        encoder.bulk(database)
    }
}

/// The commands that begin with `CLIENT`.
public enum CLIENT {}

extension CLIENT {
    /// `CLIENT SETNAME connection-name`: names the connection for `CLIENT LIST`. Since 2.6.9.
    public struct SETNAME: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// The name; without spaces.
        public var name: String

        /// Names the connection.
        public init(_ name: String) { self.name = name }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT SETNAME", flags: [.bindsConnection], idempotency: .idempotent, since: .init(2, 6, 9))
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.literal("*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n")
            encoder.bulk(name)
        }
    }

    /// `CLIENT SETINFO <LIB-NAME libname | LIB-VER libver>`: says which library the client is. Since 7.2.0.
    public struct SETINFO: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// What is told.
        public enum Attribute: Sendable {
            /// The library's name; without spaces.
            case libraryName(String)
            /// The library's version; without spaces.
            case libraryVersion(String)
        }

        /// What is told.
        public var attribute: Attribute

        /// Tells one attribute.
        public init(_ attribute: Attribute) { self.attribute = attribute }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT SETINFO", flags: [.bindsConnection], idempotency: .idempotent, since: .init(7, 2, 0))
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.literal("*4\r\n$6\r\nCLIENT\r\n$7\r\nSETINFO\r\n")
            switch attribute {
            case .libraryName(let name):
                encoder.literal("$8\r\nLIB-NAME\r\n")
                encoder.bulk(name)
            case .libraryVersion(let version):
                encoder.literal("$7\r\nLIB-VER\r\n")
                encoder.bulk(version)
            }
        }
    }
}
