// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Transport

/// Records the calls of a transport's readiness handler, for one task to await.
final class HandlerLog: Sendable {
    private let calls: AsyncStream<Readiness>
    private let continuation: AsyncStream<Readiness>.Continuation

    /// Sets the transport's handler, which keeps no reference to the log.
    init(_ transport: any ReadinessTransport) {
        (calls, continuation) = AsyncStream.makeStream()
        transport.setReadinessHandler { [continuation] in continuation.yield($0) }
    }

    /// The next call.
    func next() async throws -> Readiness {
        var iterator = calls.makeAsyncIterator()
        guard let readiness = await iterator.next() else { throw CancellationError() }
        return readiness
    }
}
