// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func share(_ client: ValkeyClient) {
    let batch = client.pipeline()
    Task { _ = batch.get("a") }  // misuse
    batch.get("b")
}
// refused: SendingRisksDataRace
