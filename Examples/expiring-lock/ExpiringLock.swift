// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import ValkeyToolkit

/// A lock that one task of all processes holds at a time, and that ends by itself when its holder is gone.
///
///     let lock = ExpiringLock(client, name: "invoices")
///     try await lock.withLock { token in try await archive.write(invoices, fencedBy: token) }
///
/// No lock of this kind is safe by itself: a holder may sleep, at the wrong moment and for longer than its lease, while another
/// one takes over, and a failover may forget a lock. Hence the token, a number that rises with every holder: what the lock
/// protects has to refuse a token below the highest that it has seen.
struct ExpiringLock: Sendable {
    private let client: ValkeyClient
    private let keys: [String]
    private let lease: Duration
    private let environment: ClientEnvironment

    /// - Parameters:
    ///   - lease: how long the lock outlives a holder that is gone. It is renewed after each third of it.
    ///   - environment: time and randomness; the client's own, so that both see the same clock.
    init(_ client: ValkeyClient, name: String, lease: Duration = .seconds(10), environment: ClientEnvironment = .live) {
        self.client = client
        // The tag has both of one slot, for clusters.
        keys = ["lock:{\(name)}", "lock:{\(name)}:token"]
        self.lease = lease
        self.environment = environment
    }

    /// Waits for the lock, and holds it while `body` runs.
    ///
    /// - Parameter body: gets the token. Its task is cancelled when the lock is lost.
    /// - Throws: ``LockLost``, what `body` throws, the client's errors of acquiring it, `CancellationError`.
    func withLock<R: Sendable>(_ body: @escaping @Sendable (_ token: Int) async throws -> R) async throws -> R {
        // Names this holder, so that nobody else's lock is renewed or released.
        let holder = "\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
        let ending: Ending<R>
        do {
            let (token, since) = try await acquire(holder)
            ending = try await withThrowingTaskGroup(of: Ending<R>.self) { tasks in
                tasks.addTask { .finished(try await body(token)) }
                tasks.addTask { .lost(try await loss(holder, since)) }
                defer { tasks.cancelAll() }
                guard let first = try await tasks.next() else { throw CancellationError() }
                return first
            }
        } catch {
            // Also if acquiring it failed: it may have succeeded, and the reply got lost.
            await release(holder)
            throw error
        }
        switch ending {
        case .finished(let result):
            await release(holder)
            return result
        case .lost(let loss): throw loss
        }
    }

    private enum Ending<R: Sendable> {
        case finished(R)
        case lost(LockLost)
    }

    /// Also when the task is cancelled. If it fails, the lock ends by itself.
    private func release(_ holder: String) async {
        await Task { _ = try? await client.eval(Self.release, keys: keys, args: [holder]) }.value
    }

    /// Returns the token, and when the lease began at the earliest.
    private func acquire(_ holder: String) async throws -> (token: Int, since: ContinuousClock.Instant) {
        while true {
            let now = environment.now()
            if let token = try await client.eval(Self.acquire, keys: keys, args: [holder, milliseconds], as: Int?.self)
            {
                return (token, now)
            }
            // At random, so that those who wait don't ask together.
            try await environment.sleep(now + lease * environment.random(0...1) / 10)
        }
    }

    /// Renews the lease for as long as it lasts, and returns when it doesn't.
    private func loss(_ holder: String, _ since: ContinuousClock.Instant) async throws -> LockLost {
        var since = since
        while true {
            try await environment.sleep(environment.now() + lease / 3)
            // What the server hasn't confirmed counts from before it was asked.
            let now = environment.now()
            do {
                let isHeld = try await client.with(deadline: since + lease)
                    .eval(Self.renew, keys: keys, args: [holder, milliseconds], as: Bool.self)
                guard isHeld else { return .takenOver }
                since = now
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                if environment.now() >= since + lease { return .notRenewed(error) }
            }
        }
    }

    private var milliseconds: Int { Int(lease / .milliseconds(1)) }

    private static let acquire = Script(
        """
        if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return false end
        return redis.call('INCR', KEYS[2])
        """)

    private static let renew = Script(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0")

    private static let release = Script(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0")
}

/// The lock went away while it was held.
enum LockLost: Error {
    /// It had run out, or somebody had deleted it.
    case takenOver
    /// The server didn't confirm it in time.
    case notRenewed(any Error)
}
