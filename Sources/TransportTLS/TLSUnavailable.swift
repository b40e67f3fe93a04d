// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if !TLS

    // Without the trait there is nothing here but what tells how to get it.

    /// Needs the trait `TLS`.
    @available(*, unavailable, message: "Enable the trait \"TLS\" of the package valkey-toolkit: traits: [\"TLS\"].")
    public struct TLSProvider {}

    /// Needs the trait `TLS`.
    @available(*, unavailable, message: "Enable the trait \"TLS\" of the package valkey-toolkit: traits: [\"TLS\"].")
    public struct TLSConfiguration {}

    /// Needs the trait `TLS`.
    @available(*, unavailable, message: "Enable the trait \"TLS\" of the package valkey-toolkit: traits: [\"TLS\"].")
    public struct ClientIdentity {}

#endif
