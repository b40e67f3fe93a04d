// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Dispatch
import Synchronization
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(1))) struct NameLookupsTests {
    @Test func `who asks for a name that is being looked up gets the same answer`() async throws {
        let system = NameService(hanging: ["a"])
        let lookups = NameLookups(threads: LookupThreads(limit: 4), ask: system.ask)
        let first = Task { try await lookups.addresses(of: "a") }
        await system.waitUntilAsked("a")
        let others = (0..<20).map { _ in Task { try await lookups.addresses(of: "a") } }
        await waitForWaiters(21, lookups)
        system.release()
        for task in [first] + others { #expect(try await task.value == system.addresses) }
        #expect(system.asked == ["a"])
        #expect(lookups.count == 0)
        #expect(try await lookups.addresses(of: "a") == system.addresses)
        #expect(system.asked == ["a", "a"], "an answer is not remembered")
    }

    @Test func `a name that hangs takes one thread, and other names are answered meanwhile`() async throws {
        let system = NameService(hanging: ["hangs"])
        let lookups = NameLookups(threads: LookupThreads(limit: 2), ask: system.ask)
        let hanging = (0..<50).map { _ in Task { try await lookups.addresses(of: "hangs") } }
        await system.waitUntilAsked("hangs")
        for number in 0..<50 {
            #expect(try await lookups.addresses(of: "other-\(number)") == system.addresses)
        }
        for task in hanging { task.cancel() }
        for task in hanging { await #expect(throws: CancellationError.self) { try await task.value } }
        #expect(lookups.count == 1, "the system is still at it")
        system.release()
    }

    @Test func `a lookup that nobody waits for any more is not begun`() async throws {
        let system = NameService(hanging: ["hangs"])
        let lookups = NameLookups(threads: LookupThreads(limit: 1), ask: system.ask)
        let hanging = Task { try await lookups.addresses(of: "hangs") }
        await system.waitUntilAsked("hangs")
        let given = Task { try await lookups.addresses(of: "given-up") }
        await waitForWaiters(2, lookups)
        given.cancel()
        await #expect(throws: CancellationError.self) { try await given.value }
        let last = Task { try await lookups.addresses(of: "last") }
        await waitForWaiters(2, lookups)
        system.release()
        #expect(try await hanging.value == system.addresses)
        #expect(try await last.value == system.addresses)
        #expect(system.asked == ["hangs", "last"])
        #expect(lookups.count == 0)
    }

    @Test func `a failure is everybody's, and the next lookup asks again`() async throws {
        let failure = TransportError.nameNotResolved(host: "gone", code: 7)
        let system = NameService(hanging: [], failure: failure)
        let lookups = NameLookups(threads: LookupThreads(limit: 1), ask: system.ask)
        for _ in 0..<2 {
            await #expect(throws: failure) { try await lookups.addresses(of: "gone") }
        }
        #expect(system.asked == ["gone", "gone"])
    }

    private func waitForWaiters(_ count: Int, _ lookups: NameLookups) async {
        while lookups.waiterCount < count { await Task.yield() }
    }
}

/// A system's name service, of which some names are not answered before `release`.
private final class NameService: Sendable {
    let addresses: [SocketAddress]
    private let hanging: Set<String>
    private let failure: TransportError?
    private let gate = DispatchSemaphore(value: 0)
    private let questions = Mutex<[String]>([])
    private let (asking, onAsk) = AsyncStream<String>.makeStream()

    init(hanging: Set<String>, failure: TransportError? = nil) {
        addresses = [SocketAddress(ip: "127.0.0.1", port: 0)].compactMap { $0 }
        self.hanging = hanging
        self.failure = failure
    }

    var asked: [String] { questions.withLock { $0 } }

    var ask: @Sendable (String) -> NameLookups.Answer {
        { [self] name in
            questions.withLock { $0.append(name) }
            onAsk.yield(name)
            if hanging.contains(name) {
                gate.wait()
                gate.signal()
            }
            return failure.map { .failure($0) } ?? .success(addresses)
        }
    }

    func release() {
        gate.signal()
    }

    func waitUntilAsked(_ name: String) async {
        for await asked in asking where asked == name { break }
    }
}
