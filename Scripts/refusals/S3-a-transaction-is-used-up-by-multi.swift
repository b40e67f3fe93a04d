// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func reuse(_ client: ValkeyClient) async throws {
    let transaction = try await client.watch("stock")
    let multi = transaction.multi()
    multi.decr("stock")
    _ = try await transaction.get("stock")  // misuse
    _ = try await multi.exec()
}
// refused: 'transaction' used after consume
