// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func needsSendable<T: Sendable & ~Copyable>(_ value: borrowing T) {}

func share(_ client: ValkeyClient) async throws {
    try await client.withConnection { (connection: borrowing LeasedConnection) in
        _ = try await connection.get("a")
        needsSendable(connection)  // misuse
    }
}
// refused: conformance of 'LeasedConnection' to 'Sendable' is unavailable
