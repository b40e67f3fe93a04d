// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization

/// Gathers the replies of one batch. Filled by whoever reads, emptied by the batch's caller; one allocation per batch.
final class ReplyCollector: Sendable {
    private struct State {
        var frames: [RESPFrame] = []
        var isComplete = false
        var waiter: Suspension<Void, any Error>?
    }

    private let state: Mutex<State>

    init(expecting count: Int) {
        var frames: [RESPFrame] = []
        // A fence doesn't know its count; a caller's number is trusted only so far.
        frames.reserveCapacity(min(count, 65_536))
        state = Mutex(State(frames: frames))
    }

    /// Adds replies; the caller is resumed with the last ones. If that is all of `replies`, the arrays are exchanged.
    func append(_ replies: inout [RESPFrame], _ range: Range<Int>, isComplete: Bool) {
        let waiter = state.withLock { state in
            if state.frames.isEmpty, range == replies.indices {
                swap(&state.frames, &replies)
            } else {
                state.frames.append(contentsOf: replies[range])
            }
            guard isComplete else { return nil as Suspension<Void, any Error>? }
            state.isComplete = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(.success(()))
    }

    /// The batch got lost: its caller is resumed with the error.
    func fail(_ error: any Error) {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(.failure(error))
    }

    func setWaiter(_ waiter: Suspension<Void, any Error>) { state.withLock { $0.waiter = waiter } }

    var isComplete: Bool { state.withLock { $0.isComplete } }

    func takeFrames() -> [RESPFrame] {
        state.withLock { state in
            defer { state.frames = [] }
            return state.frames
        }
    }
}
