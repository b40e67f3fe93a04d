// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Pipeline
public import Transport

/// The address of a server with everything a client must know, as one line of text.
///
///     valkey://[[user]:password@]host[:port][/database][?option=value&…]
///     unix://[[user]:password@]/path/to.sock[?option=value&…]
///
///     valkeys://…, as valkey://, over TLS
///     valkey://host[:port],host[:port],…, several servers, for the clients of clusters and replication groups
///
/// `redis://` means the same as `valkey://`, and `rediss://` the same as `valkeys://`. What secures connections is code,
/// not text: it is given beside the URL (`security`, such as the product TransportTLS offers), and the host in the URL is
/// what the server must prove to be. The scheme and it must agree: a URL that asks for TLS is refused without it, and never
/// tried in the clear; a URL that doesn't ask is refused with it, so that a letter missing in a setting can't turn
/// TLS off unseen. A program that means to take either says so: `security: url.hasPrefix("valkeys:") ? tls : nil`.
///
/// - The host is a name, an IPv4 address, or an IPv6 address in brackets (`[::1]`, `[fe80::1%25eth0]`).
/// - The port is 6379 if there is none.
/// - User, password and the path of a socket are percent-decoded (RFC 3986, §2.1); write `%40` for `@`, `%2F` for `/`,
///   `%3A` for `:` in a user name, `%3F` for `?`, `%23` for `#`, `%25` for `%`. A `+` is a `+`.
/// - A user needs a password; an empty one is written `user:@`. Without a user the password is the default user's.
///
/// Each option may be given once:
///
/// | option | value | default |
/// | --- | --- | --- |
/// | `database` | a whole number from 0; the same as the path of a `valkey://` URL, so only one of both | 0 |
/// | `protocol` | `2` or `3` | 3 |
/// | `client_name` | text of visible ASCII characters, shown by `CLIENT LIST` | none |
/// | `connect_timeout` | a duration above zero: `500ms`, `2s`, `1.5s`; a number alone means seconds | 5 s |
/// | `command_timeout` | a duration above zero, for a call from its start to its reply | 5 s |
/// | `max_connections` | a whole number from 1 | 16 |
///
/// Printing one, or dumping it, shows the URL without its password.
public struct ClientURL: Sendable {
    /// What the URL says, with defaults for what it doesn't; of several servers, the first.
    public let configuration: NodeConfiguration
    /// The servers that the URL names, at least one.
    public let endpoints: [Endpoint]
    /// The URL with `***` for the password.
    private let redacted: String

    /// Takes a URL apart.
    ///
    /// - Parameters:
    ///   - text: the URL.
    ///   - security: what secures connections; needed by the schemes that ask for TLS, refused by the others.
    /// - Throws: ``ClientURLError``, which names the part that is wrong and never holds the password.
    /// - Complexity: O(*n*) in the length of the text.
    public init(_ text: String, security: (any TransportSecurity)? = nil) throws(ClientURLError) {
        let parts = try ClientURLParts(text, hasSecurity: security != nil)
        endpoints = parts.endpoints
        var configuration = NodeConfiguration(endpoint: parts.endpoints[0])
        configuration.security = security
        configuration.credentials = parts.credentials
        configuration.database = parts.database ?? 0
        for option in parts.options { try option.apply(to: &configuration) }
        self.configuration = configuration
        redacted = parts.redacted
    }
}

extension ClientURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL with `***` in place of the password.
    public var description: String { redacted }
    /// The same as `description`.
    public var debugDescription: String { redacted }
    /// One child, the redacted URL.
    public var customMirror: Mirror { Mirror(self, children: ["url": redacted]) }
}

extension NodeConfiguration {
    /// The configuration that a URL spells; see ``ClientURL`` for its form.
    ///
    /// - Throws: ``ClientURLError``, which names the part that is wrong and never holds the password.
    public init(url: String, security: (any TransportSecurity)? = nil) throws(ClientURLError) {
        let url = try ClientURL(url, security: security)
        guard url.endpoints.count == 1 else { throw .severalHosts }
        self = url.configuration
    }
}

extension ClientURL {
    /// The servers by host and port, as servers name each other.
    func addresses() throws(ClientURLError) -> [NodeAddress] {
        try endpoints.map { endpoint throws(ClientURLError) in
            guard case .tcp(let host, let port) = endpoint else { throw .needsHost }
            return NodeAddress(host: host, port: port)
        }
    }
}

extension ReplicaSetConfiguration {
    /// The configuration of a replication group that is found from the servers in a URL, whatever their roles are; see
    /// ``ClientURL`` for its form.
    ///
    /// - Throws: ``ClientURLError``; one of `unix://` says ``ClientURLError/needsHost``.
    public init(url: String, security: (any TransportSecurity)? = nil) throws(ClientURLError) {
        let url = try ClientURL(url, security: security)
        self.init(seeds: try url.addresses())
        node = url.configuration
    }
}
