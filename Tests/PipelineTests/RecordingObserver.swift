// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Pipeline
import Synchronization

/// Keeps all that it hears.
final class RecordingObserver: ClientObserver {
    private let state = Mutex((events: [ClientEvent](), calls: [CallReport]()))

    func clientEvent(_ event: ClientEvent) { state.withLock { $0.events.append(event) } }
    func callEnded(_ call: CallReport) { state.withLock { $0.calls.append(call) } }

    var events: [ClientEvent] { state.withLock { $0.events } }
    var calls: [CallReport] { state.withLock { $0.calls } }
    /// What happened, without `valkey.client.`.
    var names: [String] { events.map { String($0.name.dropFirst("valkey.client.".count)) } }
    func count(_ name: String) -> Int { names.count { $0 == name } }
}
