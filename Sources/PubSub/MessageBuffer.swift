// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How much a subscriber may fall behind, and what happens then.
public struct BufferPolicy: Hashable, Sendable {
    /// What gives way when a buffer is full. The connection's reader never waits for a subscriber.
    public enum Overflow: Hashable, Sendable {
        /// The oldest messages, which are overdue anyway; a gap tells how many.
        case dropOldest
        /// The new message; a gap tells how many there were.
        case dropNewest
        /// The subscription: it ends with `PubSubError.bufferOverflow` once the buffer was read.
        case fail
    }

    /// How many messages may wait to be read; at least 1.
    public var maximumMessages: Int
    /// How many bytes of names and payloads may wait to be read. One message may always wait, however large.
    public var maximumBytes: Int
    /// What gives way.
    public var overflow: Overflow

    /// A policy; by default 8,192 messages of 16 MiB together, the oldest dropped first.
    ///
    /// - Precondition: `maximumMessages` is at least 1, `maximumBytes` at least 0.
    public init(
        maximumMessages: Int = 8_192, maximumBytes: Int = 16 << 20, overflow: Overflow = .dropOldest
    ) {
        precondition(maximumMessages >= 1 && maximumBytes >= 0, "a buffer must hold a message")
        self.maximumMessages = maximumMessages
        self.maximumBytes = maximumBytes
        self.overflow = overflow
    }
}

/// A bounded queue between a reader that must not wait and a subscriber that may be slow.
///
/// Pure: nobody sleeps in here. What was dropped is remembered at the place where it is missing.
package struct MessageBuffer<Element: Sendable>: Sendable {
    package enum Next: Sendable {
        case element(Element)
        /// So many elements are missing here.
        case dropped(Int)
        /// Nothing yet.
        case empty
        /// Nothing any more.
        case finished((any Error)?)
    }

    private enum Item: Sendable {
        case element(Element, bytes: Int, isMessage: Bool)
        case dropped(Int)
    }

    private let policy: BufferPolicy
    private var items: [Item?] = []
    private var head = 0
    private var bytes = 0
    /// What is missing before the first item; not `nil`, but zero, if it was something else than messages.
    private var droppedBefore: Int?
    private var end: (any Error)??

    /// How many elements wait.
    package private(set) var count = 0
    /// Whether nothing more is taken in.
    package var isFinished: Bool { end != nil }

    package init(_ policy: BufferPolicy) {
        self.policy = policy
    }

    /// Takes an element in, or drops one by the policy. Does nothing once finished.
    ///
    /// - Parameters:
    ///   - cost: what it counts for, in bytes.
    ///   - isMessage: whether its loss is counted.
    /// - Complexity: O(1), amortised.
    package mutating func append(_ element: Element, bytes cost: Int, isMessage: Bool = true) {
        guard end == nil else { return }
        if !hasRoom(for: cost) {
            switch policy.overflow {
            case .dropOldest:
                while !hasRoom(for: cost), let item = popItem() { dropBefore(item) }
            case .dropNewest:
                let lost = isMessage ? 1 : 0
                if case .dropped(let before)?? = items.last {
                    items[items.count - 1] = .dropped(before + lost)
                } else {
                    items.append(.dropped(lost))
                }
                return
            case .fail:
                end = .some(PubSubError.bufferOverflow(limit: policy.maximumMessages))
                return
            }
        }
        items.append(.element(element, bytes: cost, isMessage: isMessage))
        count += 1
        bytes += cost
    }

    /// Takes out what comes next.
    package mutating func next() -> Next {
        if let dropped = droppedBefore {
            droppedBefore = nil
            return .dropped(dropped)
        }
        switch popItem() {
        case .element(let element, _, _): return .element(element)
        case .dropped(let dropped): return .dropped(dropped)
        case nil: return end.map { .finished($0) } ?? .empty
        }
    }

    /// Nothing comes any more; what is here can still be read. Only the first call counts.
    package mutating func finish(_ error: (any Error)?) {
        if end == nil { end = .some(error) }
    }

    private func hasRoom(for cost: Int) -> Bool {
        count == 0 || count < policy.maximumMessages && bytes + cost <= policy.maximumBytes
    }

    private mutating func dropBefore(_ item: Item) {
        switch item {
        case .element(_, _, let isMessage): droppedBefore = (droppedBefore ?? 0) + (isMessage ? 1 : 0)
        case .dropped(let dropped): droppedBefore = (droppedBefore ?? 0) + dropped
        }
    }

    private mutating func popItem() -> Item? {
        guard head < items.count, let item = items[head] else { return nil }
        items[head] = nil
        head += 1
        if case .element(_, let cost, _) = item {
            count -= 1
            bytes -= cost
        }
        if head == items.count {
            items.removeAll(keepingCapacity: items.count <= 64)
            head = 0
        } else if head >= 64, head * 2 >= items.count {
            items.removeSubrange(..<head)
            head = 0
        }
        return item
    }
}
