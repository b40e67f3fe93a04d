// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import Testing

@testable import Pipeline

@Suite struct PushKindTests {
    @Test(arguments: [
        (">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n", PushKind.message),
        (">3\r\n+smessage\r\n$1\r\nc\r\n$1\r\nm\r\n", .message),
        (">3\r\n$12\r\nsunsubscribe\r\n_\r\n:0\r\n", .message),
        (">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n", .invalidation),
        (">2\r\n$10\r\ninvalidate\r\n_\r\n", .invalidation),
        (">2\r\n$21\r\ntracking-redir-broken\r\n:1\r\n", .invalidation),
        (">1\r\n$7\r\nMESSAGE\r\n", .unknown("MESSAGE")),
        (">2\r\n$9\r\nfrom-2031\r\n%1\r\n+a\r\n+b\r\n", .unknown("from-2031")),
        (">0\r\n", .unknown("")),
        (">1\r\n*1\r\n+message\r\n", .unknown("")),
        (">1\r\n$4\r\na\r\nb\r\n", .unknown("a??b")),
        (">1\r\n$40\r\n" + String(repeating: "x", count: 40) + "\r\n", .unknown(String(repeating: "x", count: 32))),
    ])
    func `a push is what its first element says, and otherwise unknown`(bytes: String, kind: PushKind) throws {
        #expect(PushKind(try RESPFrame(encoded: Array(bytes.utf8))) == kind)
    }
}
