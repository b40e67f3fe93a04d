// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a consumer of a group gets of a stream, as an asynchronous sequence without an end. See
/// ``CommandExecutor/consume(_:group:consumer:creatingFrom:claimingAfter:count:)``.
public struct StreamConsumption<Value: RESPDecodable & Sendable>: AsyncSequence, Sendable {
    let calls: StreamGroupCalls<Value>
    let machine: StreamGroupStateMachine

    /// From what this consumer has not acknowledged on.
    public func makeAsyncIterator() -> Iterator { Iterator(calls: calls, machine: machine) }

    /// One pass.
    public struct Iterator: AsyncIteratorProtocol {
        let calls: StreamGroupCalls<Value>
        var machine: StreamGroupStateMachine
        /// Read, and not asked for yet.
        private var ready: ArraySlice<StreamDelivery<Value>> = []
        /// Read, and not known how often they have been delivered.
        private var uncounted: [StreamEntry<Value>] = []

        init(calls: StreamGroupCalls<Value>, machine: StreamGroupStateMachine) {
            self.calls = calls
            self.machine = machine
        }

        /// Waits for the next entry.
        ///
        /// - Returns: never nil.
        /// - Throws: `CancellationError` when the task is cancelled; `ServerError`, `NOGROUP` if there is no such group and
        ///   it is not to be made; what else can't be helped by calling again. The next call goes on where this one failed.
        public mutating func next() async throws -> StreamDelivery<Value>? {
            while true {
                try Task.checkCancellation()
                if let first = ready.popFirst() { return first }
                do {
                    try await step()
                } catch {
                    guard machine.failed(.init(error)) else { throw error }
                }
            }
        }

        private mutating func step() async throws {
            switch machine.next(at: calls.now()) {
            case .create(let start):
                try await calls.create(start)
                machine.created()
            case .readPending(let id):
                let entries = try await calls.readPending(id)
                uncounted = try await forgetDeleted(entries)
                machine.readPending(last: entries.last?.id, needsCount: !uncounted.isEmpty)
            case .claim(let cursor):
                let claims = try await calls.claim(cursor)
                uncounted = try await forgetDeleted(claims.entries)
                machine.claimed(next: claims.next, needsCount: !uncounted.isEmpty, at: calls.now())
            case .count:
                guard let first = uncounted.first, let last = uncounted.last else { return machine.counted() }
                let pending = try await calls.count(first.id, last.id)
                machine.counted()
                let counts = Dictionary(pending.map { ($0.id, $0.deliveries) }) { $1 }
                deliver(uncounted) { counts[$0] }
                uncounted = []
            case .readNew(let wait):
                let entries = try await calls.readNew(wait)
                machine.readNew(last: entries.last?.id)
                deliver(entries) { _ in 1 }
            }
        }

        private mutating func deliver(_ entries: [StreamEntry<Value>], _ deliveries: (StreamID) -> Int?) {
            ready =
                entries.compactMap { entry in
                    guard let count = deliveries(entry.id), let fields = entry.fields else { return nil }
                    return StreamDelivery(
                        id: entry.id, fields: fields, deliveries: count, acknowledgement: calls.acknowledge)
                }[...]
        }

        /// Entries that were deleted while they were pending would stay so for ever.
        private func forgetDeleted(_ entries: [StreamEntry<Value>]) async throws -> [StreamEntry<Value>] {
            let deleted = entries.filter { $0.fields == nil }.map(\.id)
            guard !deleted.isEmpty else { return entries }
            _ = try await calls.acknowledge(deleted)
            return entries.filter { $0.fields != nil }
        }
    }
}

@available(*, unavailable)
extension StreamConsumption.Iterator: Sendable {}

/// An entry that a consumer has to deal with.
public struct StreamDelivery<Value: RESPDecodable & Sendable>: Sendable {
    /// Which entry it is.
    public let id: StreamID
    /// The fields with their values, in order.
    public let fields: [HashField<Value>]
    /// How often it has been delivered, this time included, to whomever: more than 1 if somebody has got it before and not
    /// acknowledged it. Entries that always fail show by this; put them aside and acknowledge them.
    public let deliveries: Int
    let acknowledgement: @Sendable ([StreamID]) async throws -> Int

    /// Tells the group that the entry is dealt with. Until then it is delivered again, after a restart or to others.
    ///
    /// - Returns: whether it was pending; false if somebody was faster.
    /// - Throws: as `execute`; it does no harm to call it again.
    @discardableResult
    public func acknowledge() async throws -> Bool { try await acknowledgement([id]) > 0 }

    /// The value of the first field of this name.
    public subscript(name: String) -> Value? {
        let name = RESPBytes(name)
        return fields.first { $0.name == name }?.value
    }
}

extension StreamGroupStateMachine.Failure {
    init(_ error: any Error) {
        if let error = error as? ServerError, error.code == .noGroup {
            self = .noGroup
        } else if let error = error as? ServerError, error.code == .unblocked {
            // The stream went away under the waiting read. The next one says what is left.
            self = .noReply(.retry)
        } else {
            self = CallPatience.outlook(after: error).map(Self.noReply) ?? .other
        }
    }
}
