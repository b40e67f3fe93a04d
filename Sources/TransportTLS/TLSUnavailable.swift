// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if !TLS

    // Without the trait there is nothing here but what tells how to get it.

    public import Transport

    /// Needs the trait `TLS`.
    @available(*, unavailable, message: "Enable the trait \"TLS\" of the package valkey-toolkit: traits: [\"TLS\"].")
    public struct TLSProvider: TransportSecurity {
        /// Needs the trait `TLS`.
        public init(_ configuration: TLSConfiguration = TLSConfiguration()) throws {}

        /// Needs the trait `TLS`.
        public func secure(
            _ transport: any ReadinessTransport, to endpoint: Endpoint
        ) async throws -> any ReadinessTransport { transport }
    }

    /// Needs the trait `TLS`.
    @available(*, unavailable, message: "Enable the trait \"TLS\" of the package valkey-toolkit: traits: [\"TLS\"].")
    public struct TLSConfiguration: Sendable {
        /// Needs the trait `TLS`.
        public init() {}
    }

    /// Needs the trait `TLS`.
    @available(*, unavailable, message: "Enable the trait \"TLS\" of the package valkey-toolkit: traits: [\"TLS\"].")
    public struct ClientIdentity: Sendable {
        /// Needs the trait `TLS`.
        public init(certificateFile: String, keyFile: String, password: String? = nil) {}
    }

#endif
