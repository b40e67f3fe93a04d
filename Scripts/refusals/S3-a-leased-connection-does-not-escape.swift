// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func keep(_ client: ValkeyClient) async throws {
    var kept: LeasedConnection?
    try await client.withConnection { (connection: borrowing LeasedConnection) in
        _ = try await connection.get("a")
        kept = connection  // misuse
    }
    _ = kept
}
// refused: implicit conversion to 'LeasedConnection?' is consuming
