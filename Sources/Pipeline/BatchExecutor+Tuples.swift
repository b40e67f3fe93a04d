// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands

// One overload per number of commands: leading-dot members with literals (`.set("a", "1")`) compile at once against
// these, and not at all against a parameter pack. An error reply is thrown, the first by position.

extension BatchExecutor where Self: ~Copyable {
    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<A: Command, B: Command>(
        _ a: A, _ b: B
    ) async throws -> (A.Reply, B.Reply) {
        let batch = pipeline()
        let handles = (batch.enqueue(a), batch.enqueue(b))
        let replies = try await batch.run(atomic: false)
        return try (replies[handles.0], replies[handles.1])
    }

    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<A: Command, B: Command, C: Command>(
        _ a: A, _ b: B, _ c: C
    ) async throws -> (A.Reply, B.Reply, C.Reply) {
        let batch = pipeline()
        let handles = (batch.enqueue(a), batch.enqueue(b), batch.enqueue(c))
        let replies = try await batch.run(atomic: false)
        return try (replies[handles.0], replies[handles.1], replies[handles.2])
    }

    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<A: Command, B: Command, C: Command, D: Command>(
        _ a: A, _ b: B, _ c: C, _ d: D
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply) {
        let batch = pipeline()
        let handles = (batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d))
        let replies = try await batch.run(atomic: false)
        return try (replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3])
    }

    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<A: Command, B: Command, C: Command, D: Command, E: Command>(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply) {
        let batch = pipeline()
        let handles = (batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e))
        let replies = try await batch.run(atomic: false)
        return try (replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4])
    }

    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<A: Command, B: Command, C: Command, D: Command, E: Command, F: Command>(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f)
        )
        let replies = try await batch.run(atomic: false)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5]
        )
    }

    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<A: Command, B: Command, C: Command, D: Command, E: Command, F: Command, G: Command>(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply, G.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f), batch.enqueue(g)
        )
        let replies = try await batch.run(atomic: false)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5], replies[handles.6]
        )
    }

    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<
        A: Command, B: Command, C: Command, D: Command, E: Command, F: Command, G: Command, H: Command
    >(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply, G.Reply, H.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f), batch.enqueue(g), batch.enqueue(h)
        )
        let replies = try await batch.run(atomic: false)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5], replies[handles.6], replies[handles.7]
        )
    }

    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<
        A: Command, B: Command, C: Command, D: Command, E: Command, F: Command, G: Command, H: Command, I: Command
    >(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply, G.Reply, H.Reply, I.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f), batch.enqueue(g), batch.enqueue(h), batch.enqueue(i)
        )
        let replies = try await batch.run(atomic: false)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5], replies[handles.6], replies[handles.7], replies[handles.8]
        )
    }

    /// Sends the commands in one write and returns their replies; other callers' commands may run in between.
    public func pipeline<
        A: Command, B: Command, C: Command, D: Command, E: Command, F: Command, G: Command, H: Command, I: Command,
        J: Command
    >(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I, _ j: J
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply, G.Reply, H.Reply, I.Reply, J.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f), batch.enqueue(g), batch.enqueue(h), batch.enqueue(i), batch.enqueue(j)
        )
        let replies = try await batch.run(atomic: false)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5], replies[handles.6], replies[handles.7], replies[handles.8], replies[handles.9]
        )
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<A: Command, B: Command>(
        _ a: A, _ b: B
    ) async throws -> (A.Reply, B.Reply) {
        let batch = pipeline()
        let handles = (batch.enqueue(a), batch.enqueue(b))
        let replies = try await batch.run(atomic: true)
        return try (replies[handles.0], replies[handles.1])
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<A: Command, B: Command, C: Command>(
        _ a: A, _ b: B, _ c: C
    ) async throws -> (A.Reply, B.Reply, C.Reply) {
        let batch = pipeline()
        let handles = (batch.enqueue(a), batch.enqueue(b), batch.enqueue(c))
        let replies = try await batch.run(atomic: true)
        return try (replies[handles.0], replies[handles.1], replies[handles.2])
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<A: Command, B: Command, C: Command, D: Command>(
        _ a: A, _ b: B, _ c: C, _ d: D
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply) {
        let batch = pipeline()
        let handles = (batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d))
        let replies = try await batch.run(atomic: true)
        return try (replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3])
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<A: Command, B: Command, C: Command, D: Command, E: Command>(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply) {
        let batch = pipeline()
        let handles = (batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e))
        let replies = try await batch.run(atomic: true)
        return try (replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4])
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<A: Command, B: Command, C: Command, D: Command, E: Command, F: Command>(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f)
        )
        let replies = try await batch.run(atomic: true)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5]
        )
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<A: Command, B: Command, C: Command, D: Command, E: Command, F: Command, G: Command>(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply, G.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f), batch.enqueue(g)
        )
        let replies = try await batch.run(atomic: true)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5], replies[handles.6]
        )
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<
        A: Command, B: Command, C: Command, D: Command, E: Command, F: Command, G: Command, H: Command
    >(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply, G.Reply, H.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f), batch.enqueue(g), batch.enqueue(h)
        )
        let replies = try await batch.run(atomic: true)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5], replies[handles.6], replies[handles.7]
        )
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<
        A: Command, B: Command, C: Command, D: Command, E: Command, F: Command, G: Command, H: Command, I: Command
    >(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply, G.Reply, H.Reply, I.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f), batch.enqueue(g), batch.enqueue(h), batch.enqueue(i)
        )
        let replies = try await batch.run(atomic: true)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5], replies[handles.6], replies[handles.7], replies[handles.8]
        )
    }

    /// Sends the commands in MULTI and EXEC: the server executes all of them with nothing in between.
    public func transaction<
        A: Command, B: Command, C: Command, D: Command, E: Command, F: Command, G: Command, H: Command, I: Command,
        J: Command
    >(
        _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I, _ j: J
    ) async throws -> (A.Reply, B.Reply, C.Reply, D.Reply, E.Reply, F.Reply, G.Reply, H.Reply, I.Reply, J.Reply) {
        let batch = pipeline()
        let handles = (
            batch.enqueue(a), batch.enqueue(b), batch.enqueue(c), batch.enqueue(d), batch.enqueue(e),
            batch.enqueue(f), batch.enqueue(g), batch.enqueue(h), batch.enqueue(i), batch.enqueue(j)
        )
        let replies = try await batch.run(atomic: true)
        return try (
            replies[handles.0], replies[handles.1], replies[handles.2], replies[handles.3], replies[handles.4],
            replies[handles.5], replies[handles.6], replies[handles.7], replies[handles.8], replies[handles.9]
        )
    }
}
