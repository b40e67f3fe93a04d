// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The entries of a stream as they are added, as an asynchronous sequence without an end. See
/// ``ReadCommandExecutor/follow(_:after:count:)``.
public struct StreamFollowing<Value: RESPDecodable & Sendable>: AsyncSequence, Sendable {
    /// The last entry's identifier; nil if there is no entry.
    let newest: @Sendable () async throws -> StreamID?
    let read: @Sendable (_ after: StreamID) async throws -> [StreamEntry<Value>]
    let start: StreamStart

    /// From the start.
    public func makeAsyncIterator() -> Iterator { Iterator(following: self) }

    /// One pass.
    public struct Iterator: AsyncIteratorProtocol {
        private let following: StreamFollowing
        private var last: StreamID?
        private var ready: ArraySlice<StreamEntry<Value>> = []
        private var patience = CallPatience()

        init(following: StreamFollowing) {
            self.following = following
            last =
                switch following.start {
                case .beginning: .zero
                case .end: nil
                case .after(let id): id
                }
        }

        /// Waits for the next entry.
        ///
        /// - Returns: never nil.
        /// - Throws: `CancellationError` when the task is cancelled; what can't be helped by calling again. The next call
        ///   goes on where this one failed.
        public mutating func next() async throws -> StreamEntry<Value>? {
            while true {
                try Task.checkCancellation()
                if let first = ready.popFirst() { return first }
                do {
                    try await step()
                } catch {
                    guard patience.lasts(CallPatience.outlook(after: error)) else { throw error }
                }
            }
        }

        private mutating func step() async throws {
            // `$` means another place with each read, and what comes between two of them would be missed.
            if let last {
                ready = try await following.read(last)[...]
                self.last = ready.last?.id ?? last
            } else {
                last = try await following.newest() ?? .zero
            }
            patience.succeeded()
        }
    }
}

@available(*, unavailable)
extension StreamFollowing.Iterator: Sendable {}
