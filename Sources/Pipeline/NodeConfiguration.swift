// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Transport

/// Where one server is and how to talk to it.
///
/// All state that a connection has on the server is here, so that a new connection is as good as the one it replaces.
/// A number that makes no sense, such as a negative one, counts as the nearest that does.
public struct NodeConfiguration: Sendable {
    /// The server's address.
    public var endpoint: Endpoint
    /// Where the user's configuration says that the server is, for the observer: of a cluster, its first seed. `nil` is the
    /// endpoint itself.
    package var observedEndpoint: Endpoint?
    /// Secures every connection before anything is sent on it, credentials first of all; `nil` sends in the clear.
    ///
    /// What the server must prove to be is the host of the connection's endpoint, in a cluster each node's own.
    public var security: (any TransportSecurity)?
    /// Who to be; `nil` sends no AUTH.
    public var credentials: Credentials?
    /// Who to be, asked for again before it runs out; takes the place of `credentials`.
    public var credentialsProvider: (any CredentialsProvider)?
    /// The database that every connection selects. Zero needs no command.
    public var database = 0
    /// The protocol to speak.
    public var protocolVersion = ProtocolVersion.resp3
    /// The name that `CLIENT LIST` shows, without spaces; `nil` sets none.
    public var clientName: String?
    /// How long connecting and the handshake may take together. Shorter than `commandTimeout`, so that a caller learns
    /// what became of the dial.
    public var connectTimeout = Duration.seconds(3)
    /// How long a call waits in all, from the call to its reply, connecting and retries included. `nil` waits for as
    /// long as it takes. The time that a command blocks on the server by its own wish comes on top, and one that blocks
    /// without end has no deadline. For single calls see ``NodeClient/with(timeout:)``.
    public var commandTimeout: Duration? = .seconds(5)
    /// What is sent again by itself, and when.
    public var retries = RetryPolicy()
    /// Whether a server that is a replica may send the client on to its primary. Since Valkey 8 servers do that for clients
    /// that say so beforehand (`CLIENT CAPA redirect`); others are none the wiser.
    ///
    /// What was refused with `REDIRECT` had not run: it is sent again there, and so are all later calls, until no connection
    /// can be made there any more. Such a replica refuses reads as well: turn this off for a client that is to read from
    /// the replica it is pointed at.
    public var followsRedirects = true
    /// Turns the addresses by which servers name each other, in redirects, in `ROLE` and in a cluster's topology, into those
    /// that can be reached from here: for servers behind NAT or in containers. The addresses that a configuration gives
    /// are not translated. Replicas can be told what to say as well (`replica-announce-ip`, `replica-announce-port`).
    public var translateAddress: (@Sendable (NodeAddress) -> NodeAddress)?
    /// The most connections at a time for transactions that watch keys and for commands that block, each of which has
    /// one to itself. The one that all other commands share comes on top.
    public var maximumConnections = 16
    /// How many of these are kept open from the first call on, so that nobody waits for them to be dialed.
    public var minimumConnections = 0
    /// How many calls may wait for a connection at once; one more fails with `PoolError.tooManyWaiters`.
    public var maximumWaiters = 65_536
    /// How long a connection beyond the minimum may lie unused before it is closed; `nil` keeps it.
    public var idleTimeout: Duration? = .seconds(300)
    /// How old a connection may become before another takes its place, up to a tenth less at random; `nil` sets no
    /// limit. Nobody notices: the shared connection finishes what was sent on it while a new one serves new calls.
    public var connectionLifetime: Duration?
    /// A connection that lay unused for so long answers a PING before somebody gets it, or is replaced; `nil` asks none.
    /// The shared connection isn't asked; see ``ConnectionSettings/probeAfter``.
    public var probeAfterSilence: Duration? = .seconds(30)
    /// What keeps large requests and replies from holding up small ones.
    public var lanes = LaneSettings()
    /// How each connection behaves.
    public var connection = ConnectionSettings()

    /// A configuration with the defaults.
    public init(endpoint: Endpoint) { self.endpoint = endpoint }
}

/// The versions of the protocol (https://valkey.io/topics/protocol).
public enum ProtocolVersion: Int, Hashable, Sendable, CaseIterable {
    /// RESP2, which every server speaks.
    case resp2 = 2
    /// RESP3. A server that refuses HELLO as unknown is spoken to in RESP2.
    case resp3 = 3
}

/// A user and a password. Neither is ever printed.
public struct Credentials: Sendable, Hashable {
    /// The ACL user; `nil` is the server's `default` user.
    public var username: String?
    /// The password.
    public var password: String

    /// Credentials of an ACL user, or of the default user.
    public init(username: String? = nil, password: String) {
        self.username = username
        self.password = password
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there are credentials, and nothing of them.
    public var description: String { "Credentials(redacted)" }
    /// The same as `description`.
    public var debugDescription: String { description }
    /// An empty mirror, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
