// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func share(_ client: ValkeyClient) async throws {
    try await client.withConnection { (connection: borrowing LeasedConnection) in
        Task { _ = try await connection.get("a") }  // misuse
        _ = try await connection.get("b")
    }
}
// refused: cannot be captured by an escaping closure since it is a borrowed parameter
