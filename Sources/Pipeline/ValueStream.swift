// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// A value that is being received, in pieces: see ``NodeClient/withStream(of:_:)``.
///
/// The next bytes are read from the connection when they are asked for, so a consumer that takes its time slows the server
/// down, and no more than a receive buffer (64 KiB) is held. A piece lies where it was received: let go of it soon, and
/// that memory is used again. It can be iterated once.
public final class ValueStream: AsyncSequence {
    /// At least one byte of the value. A value of up to 32 KiB comes in one piece.
    public typealias Element = RESPBytes

    enum Rest {
        /// A value that came as a whole.
        case whole(RESPBytes)
        /// There may be more to read.
        case pieces
        /// All of it was handed out.
        case none
        /// The connection can't be read on.
        case lost
        /// The scope has ended.
        case over
    }

    /// How many bytes the pieces have together; `nil` if the server doesn't say (`$?`; no server does so today).
    public let length: Int?
    private let connection: RESPConnection
    private let timeout: Int64?
    private var rest: Rest
    private var received = 0

    init(_ connection: RESPConnection, timeout: Int64?, length: Int?, rest: Rest) {
        self.connection = connection
        self.timeout = timeout
        self.length = length
        self.rest = rest
    }

    /// Hands out the pieces.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

    /// Hands out the pieces, each once, whichever iterator is asked.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let stream: ValueStream

        /// The next piece; `nil` behind the last one.
        ///
        /// - Throws: as ``NodeClient/withStream(of:_:)``; ``ValueStreamError/scopeHasEnded`` outside of its body.
        public mutating func next() async throws -> RESPBytes? { try await stream.next() }
    }

    private func next() async throws -> RESPBytes? {
        switch rest {
        case .whole(let bytes):
            rest = .none
            return bytes.isEmpty ? nil : bytes
        case .pieces:
            do {
                // After its start, a payload consists of pieces until its end.
                guard case .payloadPiece(let piece) = try await connection.nextPart(timeout: timeout) else {
                    rest = .none
                    return nil
                }
                received += piece.count
                return piece
            } catch {
                rest = .lost
                throw error
            }
        case .none, .lost: return nil
        case .over: throw ValueStreamError.scopeHasEnded
        }
    }

    /// Ends the scope. Whether the connection is as it was before, after having dropped up to `limit` bytes.
    func finish(draining limit: Int) async -> Bool {
        defer { rest = .over }
        if case .pieces = rest, let length, length - received <= limit {
            while case .pieces = rest { guard (try? await next()) != nil else { break } }
        }
        switch rest {
        case .whole, .none: return true
        case .pieces, .lost, .over: return false
        }
    }
}

/// Why a value could not be streamed. Nothing was executed.
@nonexhaustive
public enum ValueStreamError: Error, Sendable {
    /// The source gave another number of bytes than was announced: fewer, or `given` and perhaps more. The command was
    /// not completed, so the server has not executed it.
    case wrongLength(announced: Int, given: Int)
    /// The source threw this. The command was not completed, so the server has not executed it.
    case sourceFailed(any Error)
    /// A stream was read after the closure that it was lent to had returned.
    case scopeHasEnded

    /// False: none of these leaves a command complete.
    public var mayHaveExecuted: Bool { false }
}
