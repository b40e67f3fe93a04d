// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func share(_ client: ValkeyClient) async throws {
    let transaction = try await client.watch("stock")
    Task { _ = try await transaction.get("stock") }  // misuse
    _ = try await transaction.get("stock")
}
// refused: SendingRisksDataRace
