// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

extension Tour {
    /// INCR made by hand: read under WATCH, write in MULTI and EXEC, again if somebody was faster.
    func watchByHand() async throws {
        var attempts = 0
        while true {
            attempts += 1
            try check(attempts < 10, "nobody writes the key any more, so EXEC must succeed")

            // A connection of its own, and the key is watched. What this value can do is read.
            let watching = try await client.watch("tour:sequence")
            let current = try await watching.get("tour:sequence", as: Int.self) ?? 0

            if attempts == 1 {
                // Somebody else is faster.
                try await client.set("tour:sequence", 41)
            }

            // From here on commands are buffered. `watching` is used up: reading through it doesn't compile any more.
            let multi = watching.multi()
            _ = multi.set("tour:sequence", current + 1)
            if try await multi.exec() != nil {
                say("attempt \(attempts): stored \(current + 1)")
                break
            }
            say("attempt \(attempts): the key has changed since it was read, nothing was executed")
        }
        let stored = try await client.get("tour:sequence", as: Int.self)
        try check(attempts == 2 && stored == 42, "the first attempt must fail and the second store 42")
    }

    /// The same with the helper, which tries again by itself, by five tasks at once.
    func transactionHelper() async throws {
        try await client.set("tour:stock", 5)
        let left = try await withThrowingTaskGroup(of: Int?.self, returning: [Int].self) { group in
            for _ in 1...7 { group.addTask { try await takeOne() } }
            return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        let stock = try await client.get("tour:stock", as: Int.self)
        say("7 buyers, 5 pieces: \(left.count) were served, \(stock ?? -1) pieces are left")
        try check(left.sorted() == [0, 1, 2, 3, 4] && stock == 0, "each piece must be sold once")
    }

    /// Takes a piece from the stock and says how many are left; `nil` if there is none to take.
    private func takeOne() async throws -> Int? {
        struct SoldOut: Error {}
        do {
            return try await client.transaction(watching: "tour:stock") { watching in
                let stock = try await watching.get("tour:stock", as: Int.self) ?? 0
                guard stock > 0 else { throw SoldOut() }
                let multi = watching.multi()
                let left = multi.decr("tour:stock")
                return multi.commit(left)
            }
        } catch is SoldOut {
            return nil
        }
    }
}
