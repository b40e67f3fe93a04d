// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

/// Where a client of one server connects to, given that servers may send it on to another one. Pure.
///
/// A redirect holds until no connection can be made there; then it is the configured endpoint's turn, and after that the
/// redirect's again: one of the two may be dead, and nobody knows which.
struct EndpointStateMachine {
    private let configured: Endpoint
    private var redirect: Endpoint?
    private var isRedirected = false

    init(_ configured: Endpoint) { self.configured = configured }

    /// Where the next connection goes.
    var current: Endpoint { isRedirected ? redirect ?? configured : configured }

    /// A server has said where its primary is.
    mutating func redirected(to endpoint: Endpoint) {
        isRedirected = endpoint != configured
        if isRedirected { redirect = endpoint }
    }

    /// No connection could be made.
    mutating func failed(_ endpoint: Endpoint) {
        if endpoint == current, redirect != nil { isRedirected.toggle() }
    }
}
