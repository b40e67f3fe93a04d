// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Hears what a client does: for logs, metrics and traces, without a package. Given by ``ClientEnvironment/observer``.
///
/// ```swift
/// struct Printer: ClientObserver {
///     func clientEvent(_ event: ClientEvent) { print("valkey:", event) }
/// }
/// let client = try ValkeyClient("valkey://localhost", environment: ClientEnvironment(observer: Printer()))
/// ```
/// Both methods do nothing by default. They are called where the thing happens, on any thread and at the same time, under
/// no lock: an observer may call the client, but must not wait, since a connection's reader may be what calls.
///
/// What they are told holds no key, no argument, no value, no password and no text of the server's, which may quote
/// these. `attributes` of both have the names of OpenTelemetry's conventions for Valkey.
public protocol ClientObserver: Sendable {
    /// Something happened to the client or to one of its connections. Not for every call.
    func clientEvent(_ event: ClientEvent)
    /// A call has ended: a command, a batch or a transaction, once, however many attempts it took.
    func callEnded(_ call: CallReport)
}

extension ClientObserver {
    /// Does nothing.
    public func clientEvent(_ event: ClientEvent) {}
    /// Does nothing.
    public func callEnded(_ call: CallReport) {}
}
