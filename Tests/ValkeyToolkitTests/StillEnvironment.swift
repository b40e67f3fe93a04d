// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ToolkitTesting
import ValkeyToolkit

extension ClientEnvironment {
    /// Time doesn't pass, so that no machine is too slow for a test.
    static func still(_ connector: any TransportConnector) -> ClientEnvironment {
        let clock = ManualClock()
        return ClientEnvironment(
            connector: connector, now: { clock.now }, sleep: { try await clock.sleep(until: $0) },
            random: { $0.lowerBound })
    }
}
