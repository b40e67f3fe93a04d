// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Synchronization
import Transport

/// Answers with the same addresses each time, or never.
final class StubResolver: AddressResolver {
    private let answer: [SocketAddress]?
    private let questions = Mutex<[String]>([])
    private let calls: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// `nil` for a lookup that only ends by cancellation.
    init(answer: [SocketAddress]?) {
        self.answer = answer
        (calls, continuation) = AsyncStream.makeStream()
    }

    var asked: [String] { questions.withLock { $0 } }

    func waitUntilAsked() async {
        for await _ in calls { break }
    }

    func addresses(of host: String, port: UInt16) async throws -> [SocketAddress] {
        questions.withLock { $0.append("\(host):\(port)") }
        continuation.yield()
        if let answer { return answer }
        // Ends when the task is cancelled.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
    }
}
