// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Lookups under way, by name: whoever asks for a name that is being looked up waits for the same answer.
///
/// A name of which no answer comes holds one thread, however many ask for it and however often, so that only as many
/// hanging names as there are threads can keep other names waiting. Nothing is remembered once the answer is there.
final class NameLookups: Sendable {
    typealias Answer = Result<[SocketAddress], TransportError>

    /// The process's, as threads are the process's resource.
    static let shared = NameLookups(threads: LookupThreads(limit: 16)) {
        lookUp(host: $0, port: 0, numericOnly: false)
    }

    private let threads: LookupThreads
    private let ask: @Sendable (String) -> Answer
    /// Who waits for a name; nobody, if all were cancelled while the system works on it.
    private let waiters = Mutex<[String: [OneShot<[SocketAddress]>]]>([:])

    /// - Parameter ask: asks the system; blocks.
    init(threads: LookupThreads, ask: @escaping @Sendable (String) -> Answer) {
        self.threads = threads
        self.ask = ask
    }

    /// Names that are looked up or wait for a thread.
    var count: Int { waiters.withLock { $0.count } }
    /// Calls that wait.
    var waiterCount: Int { waiters.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// Asks, or joins those who did. Ends at once, by `CancellationError`, when the task is cancelled.
    func addresses(of host: String) async throws -> [SocketAddress] {
        let waiter = OneShot<[SocketAddress]>()
        let isFirst = waiters.withLock { waiters in
            defer { waiters[host, default: []].append(waiter) }
            return waiters[host] == nil
        }
        if isFirst { start(host) }
        do {
            return try await waiter.value()
        } catch {
            waiters.withLock { $0[host]?.removeAll { $0 === waiter } }
            throw error
        }
    }

    private func start(_ host: String) {
        do throws(TransportError) {
            try threads.run { [self] in
                // Nobody may be there any more when its turn has come.
                if isAwaited(host) { finish(host, ask(host)) }
            }
        } catch {
            finish(host, .failure(error))
        }
    }

    private func isAwaited(_ host: String) -> Bool {
        waiters.withLock { waiters in
            if waiters[host]?.isEmpty == false { return true }
            waiters[host] = nil
            return false
        }
    }

    private func finish(_ host: String, _ answer: Answer) {
        let answered = waiters.withLock { $0.removeValue(forKey: host) } ?? []
        for waiter in answered { waiter.complete(answer.mapError { $0 }) }
    }
}
