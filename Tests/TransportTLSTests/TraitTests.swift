// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@Suite struct TraitTests {
    /// The name of this test says in every log which of the two was run.
    #if TLS
        @Test func `the trait TLS is on, so TransportTLS is tested`() {}
    #else
        @Test func `the trait TLS is off, so TransportTLS is not tested here`() {}
    #endif
}
