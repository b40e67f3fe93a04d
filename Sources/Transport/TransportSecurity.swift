// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Makes a secured transport of a plain one: TLS, or whatever else a user puts between a client and the wire.
///
/// A client that has one never sends a byte around it: credentials leave only over what `secure` has returned.
public protocol TransportSecurity: Sendable {
    /// Performs the handshake over a fresh transport, which belongs to this call from now on, and returns what carries
    /// the client's bytes.
    ///
    /// Ends soon after its task was cancelled. The plain transport is closed whenever this throws.
    ///
    /// - Parameters:
    ///   - transport: connected, without a readiness handler, nothing read or written.
    ///   - endpoint: what the caller wanted to connect to, whose host the peer must prove to be.
    /// - Throws: ``TransportError``, ``TransportError/security(_:)`` for whatever the handshake itself meets;
    ///   `CancellationError`.
    func secure(
        _ transport: any ReadinessTransport, to endpoint: Endpoint
    ) async throws -> any ReadinessTransport
}
