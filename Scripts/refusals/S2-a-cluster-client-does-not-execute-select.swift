// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func poison(_ client: ValkeyClusterClient) async throws {
    _ = try await client.get("a")
    _ = try await client.execute(SELECT(1))  // misuse
}
// refused: conform to 'Command'
