// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func needsSendable<T: Sendable>(_ value: T) {}

func share(_ client: ValkeyClient) {
    let batch = client.pipeline()
    batch.get("b")
    needsSendable(batch)  // misuse
}
// refused: conformance of 'CommandBatch' to 'Sendable' is unavailable
