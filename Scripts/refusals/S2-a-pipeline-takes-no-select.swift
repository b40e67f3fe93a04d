// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

func poison(_ client: ValkeyClient) {
    let batch = client.pipeline()
    batch.get("a")
    _ = batch.enqueue(SELECT(1))  // misuse
}
// refused: conform to 'Command'
