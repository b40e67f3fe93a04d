// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What is wrong with a URL.
///
/// No case holds text that could be a password, not even where the URL is so malformed that a password stands in the
/// place of something else (`valkey://:secret` has it as its port). Offsets count bytes from the start of the URL.
@nonexhaustive
public enum ClientURLError: Error, Hashable, Sendable {
    /// There is a space, a line break or another control character at this offset; they must be percent-encoded.
    case unexpectedCharacter(offset: Int)
    /// The text doesn't begin with a scheme and `://`.
    case missingScheme
    /// The scheme is none of `valkey`, `redis`, `valkeys`, `rediss` and `unix`.
    case unknownScheme(String)
    /// The scheme asks for TLS, and nothing was given that secures connections. Nothing is ever sent in the clear instead.
    case securityMissing(scheme: String)
    /// Something was given that secures connections, and the scheme doesn't ask for it.
    case securityUnused(scheme: String)
    /// There is an `@` behind the host's place: user or password hold a `/`, `?` or `#` that isn't percent-encoded, or
    /// an option holds an `@` that isn't.
    case unescapedCharacter
    /// There is a user, or an empty one, without a password.
    case missingPassword
    /// In this part a `%` isn't followed by two hexadecimal digits, or the decoded bytes aren't UTF-8.
    case invalidPercentEncoding(ClientURLPart)
    /// There is no host.
    case missingHost
    /// The host is no name and no IPv4 address; or it is an IPv6 address that is malformed or not in brackets.
    case invalidHost
    /// A `unix` URL has a host; its path begins after a third slash.
    case hostInUnixURL
    /// A cluster or a replication group can't be found through a `unix` URL: servers name each other by host and port.
    case needsHost
    /// There are several hosts, and the client is one of a single server.
    case severalHosts
    /// The port isn't a whole number from 1 to 65 535.
    case invalidPort
    /// A `unix` URL has no path, or one with a zero byte in it.
    case invalidPath
    /// The database isn't a whole number from 0.
    case invalidDatabase
    /// The URL has a fragment (`#…`), which means nothing here.
    case fragment
    /// There is no option of this name.
    case unknownOption(name: String)
    /// The option is given twice, or the database both as the path and as an option.
    case repeatedOption(name: String)
    /// The option can't have this value; see ``ClientURL`` for what it can have.
    case invalidOptionValue(name: String, value: String)
}

/// A part of a URL that can be percent-encoded.
public enum ClientURLPart: String, Hashable, Sendable {
    /// The ACL user.
    case user
    /// The password.
    case password
    /// The host, which can only have an encoded zone.
    case host
    /// The path of a socket.
    case path
    /// An option's name or value.
    case option
}

extension ClientURLError: CustomStringConvertible {
    /// One line for people, without any password.
    public var description: String {
        switch self {
        case .unexpectedCharacter(let offset): "URL: a space or control character at byte \(offset)"
        case .missingScheme: "URL: it must begin with valkey://, redis:// or unix://"
        case .unknownScheme(let scheme):
            "URL: unknown scheme '\(scheme)'; there are valkey, valkeys, redis, rediss, unix"
        case .securityMissing(let scheme):
            "URL: scheme '\(scheme)' asks for TLS; give the client what provides it, nothing is sent in the clear"
        case .securityUnused(let scheme):
            "URL: scheme '\(scheme)' doesn't ask for TLS, but the client was given what provides it; write valkeys://"
        case .unescapedCharacter: "URL: '/', '?', '#' and '@' in user, password and options must be percent-encoded"
        case .missingPassword: "URL: a user without a password; write 'user:@' for an empty one"
        case .invalidPercentEncoding(let part): "URL: malformed percent-encoding in the \(part.rawValue)"
        case .missingHost: "URL: there is no host"
        case .invalidHost: "URL: the host is not a name or address (IPv6 addresses stand in brackets)"
        case .hostInUnixURL: "URL: a unix URL has no host; its path begins after the third slash"
        case .needsHost: "URL: clusters and replication groups need hosts and ports, not a unix socket"
        case .severalHosts: "URL: several hosts are for clusters and replication groups; this client has one server"
        case .invalidPort: "URL: the port is not a whole number from 1 to 65535"
        case .invalidPath: "URL: there is no path to a socket, or it holds a zero byte"
        case .invalidDatabase: "URL: the database is not a whole number from 0"
        case .fragment: "URL: a fragment ('#…') means nothing here"
        case .unknownOption(let name): "URL: unknown option '\(name)'"
        case .repeatedOption(let name): "URL: option '\(name)' is given more than once"
        case .invalidOptionValue(let name, let value): "URL: option '\(name)' can't be '\(value)'"
        }
    }
}
