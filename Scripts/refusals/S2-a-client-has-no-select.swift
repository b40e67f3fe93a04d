// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func poison(_ client: ValkeyClient) async throws {
    try await client.set("a", "1")
    try await client.select(1)  // misuse
}
// refused: has no member 'select'
