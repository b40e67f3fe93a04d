// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func share(_ client: ValkeyClient) async throws {
    try await client.withConnection { (connection: borrowing LeasedConnection) in
        async let other = connection.get("a")  // misuse
        _ = try await connection.get("b")
        _ = try await other  // misuse
    }
}
// refused: SendingRisksDataRace
