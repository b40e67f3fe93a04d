// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func keep(_ client: ValkeyClient) async throws {
    _ = try await client.withConnection { (connection: borrowing LeasedConnection) async throws in
        _ = try await connection.get("a")
        return { try await connection.get("b") }  // misuse
    }
}
// refused: cannot be captured by an escaping closure since it is a borrowed parameter
