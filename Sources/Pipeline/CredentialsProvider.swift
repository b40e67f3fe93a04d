// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Gives a client its user and password, again and again: for tokens that run out, as those of cloud services do.
///
/// The client asks before its first connection and in good time before the last answer runs out. Each connection that is
/// open then gets an AUTH between its other commands, those on loan and RESP3's subscribed ones included, so that a
/// rotation costs nobody a command; new connections use the newest answer. (In RESP2 a subscribed connection can't
/// authenticate; it is made anew when the server ends it.) A client has one request under way at a time.
///
///     struct TokenFile: CredentialsProvider {
///         func credentials() async throws -> ExpiringCredentials {
///             ExpiringCredentials(Credentials(username: "app", password: try readToken()), validFor: .seconds(900))
///         }
///     }
public protocol CredentialsProvider: Sendable {
    /// The user and password to use from now on.
    ///
    /// Should honour cancellation; a dial waits for no longer than its `connectTimeout` all the same.
    ///
    /// - Throws: anything. Callers that need a connection get ``ConnectionError/credentialsUnavailable(cause:)``; where
    ///   older credentials are at hand, they stay in use while this is asked again, after growing delays.
    func credentials() async throws -> ExpiringCredentials
}

/// Credentials, and how long they are good for.
public struct ExpiringCredentials: Sendable, Hashable {
    /// The user and the password.
    public var credentials: Credentials
    /// How long they may be used, counted from the moment they are given; `nil` is for ever.
    public var validFor: Duration?

    /// Credentials that run out after `validFor`, or never.
    public init(_ credentials: Credentials, validFor: Duration? = nil) {
        self.credentials = credentials
        self.validFor = validFor
    }
}

extension Credentials {
    /// Appends AUTH (https://valkey.io/commands/auth).
    func encodeAuthentication(into encoder: inout CommandEncoder) {
        encoder.command(username == nil ? 2 : 3)
        encoder.bulk("AUTH")
        if let username { encoder.bulk(username) }
        encoder.bulk(password)
    }
}
