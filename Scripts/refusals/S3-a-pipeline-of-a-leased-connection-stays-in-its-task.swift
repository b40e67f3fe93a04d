// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func share(_ client: ValkeyClient) async throws {
    try await client.withConnection { (connection: borrowing LeasedConnection) in
        let batch = connection.pipeline()
        Task { _ = batch.get("a") }  // misuse
        batch.get("b")
    }
}
// refused: SendingClosureRisksDataRace
