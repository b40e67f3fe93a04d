// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import RESPCodec
internal import Transport

extension RESPConnection {
    /// Writes all of some bytes, from where they are. For the holder of a stream.
    ///
    /// - Parameter timeout: how long the peer may take nothing, in nanoseconds.
    /// - Throws: `ServerError` if the server answers before it has heard the end, as it does when a value is longer than it
    ///   allows; otherwise ``ConnectionError`` that says that nothing was executed: the last byte has not left.
    func write(_ bytes: BulkString, timeout: Int64?) async throws {
        var sent = 0
        while true {
            let (taken, left) = try bytes.withSpan { span in tryWrite(span, from: sent) }.get()
            sent += taken
            if left == 0 { return }
            guard taken == 0 else { continue }
            do {
                try await waitUntilReady([.writable, .readable], timeout: timeout)
            } catch let error as ConnectionError {
                throw error.notSent
            }
            if let refusal = earlyRefusal() { throw refusal }
        }
    }

    private func tryWrite(_ bytes: Span<UInt8>, from start: Int) -> Result<(taken: Int, left: Int), any Error> {
        do throws(TransportError) {
            let taken = try transport.tryWrite(bytes.extracting(droppingFirst: start))
            return .success((taken, bytes.count - start - taken))
        } catch {
            // Why the server has hung up may be here to be read.
            if let refusal = earlyRefusal() { return .failure(refusal) }
            end(.transport(error))
            return .failure(closed(.transport(error), .notSent))
        }
    }

    /// What the server said before it had heard everything; whatever it is, the connection is of no use any more.
    private func earlyRefusal() -> (any Error)? {
        switch arrival() {
        case .nothing: return nil
        case .ended(let reason):
            end(reason)
            return closed(reason, .notSent)
        case .part(.frame(let frame)):
            if let error = ServerError(frame) { return error }
            fallthrough
        case .part:
            end(.unsolicitedReply("early"))
            return closed(.closedByOwner, .notSent)
        }
    }
}

extension ConnectionError {
    /// The same of a command whose last byte was not handed over.
    var notSent: ConnectionError {
        switch self {
        case .closed(let reason, _, let record): .closed(reason, .notSent, record)
        case .timedOut(_, let record): .timedOut(.notSent, record)
        default: self
        }
    }
}
