// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import AllocationCounter
import Commands
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// What large values cost in memory, counted. Where allocations can't be counted (without glibc, with sanitizers) the
/// values are still checked, and no allocation is found.
@Suite(.timeLimit(.minutes(2))) struct LargeValueMemoryTests {
    private let thread = OneThread()

    private func pair(capacity: Int) -> (RESPConnection, InMemoryTransport) {
        var options = InMemoryTransport.Options()
        options.capacity = capacity
        options.canWaitInline = true
        options.scheduler = thread.transports.scheduler
        let (near, far) = InMemoryTransport.pair(options)
        let connection = RESPConnection(
            transport: near, settings: ConnectionSettings(), environment: .live, mode: .commands, onPush: nil,
            onClose: nil)
        return (connection, far)
    }

    @Test func `a value of 64 MiB is read in pieces through less than 2 MiB of memory`() throws {
        let (connection, far) = pair(capacity: 256 << 10)
        let block = [UInt8](repeating: 7, count: 256 << 10)
        let length = 64 << 20
        var written = 0
        var header = [UInt8]("$\(length)\r\n".utf8)
        let received = Atomic(0)
        let bytes = try thread.allocatedBytes {
            // The server: writes whatever there is room for.
            if !header.isEmpty {
                header.removeFirst((try? far.tryWrite(header.span)) ?? 0)
            } else if written < length {
                written += (try? far.tryWrite(block.span.extracting(first: min(block.count, length - written)))) ?? 0
            } else {
                _ = try? far.tryWrite([13, 10].span)
            }
        } _: {
            guard connection.beginStream(), case .payloadStart(let start) = try await connection.nextPart(timeout: nil)
            else { throw ValueStreamError.scopeHasEnded }
            let stream = ValueStream(connection, timeout: nil, length: start.length, rest: .pieces)
            for try await piece in stream { received.wrappingAdd(piece.count, ordering: .relaxed) }
        }
        #expect(received.load(ordering: .relaxed) == length)
        #expect(bytes < 2 << 20)
        connection.close()
    }

    @Test func `a value of 64 MiB is sent from where it is, without a copy of it`() throws {
        let (connection, far) = pair(capacity: 256 << 10)
        let piece = [UInt8](repeating: 7, count: 8 << 20)
        var scratch = RESPDecoder()
        var (read, reads) = (0, 0)
        let bytes = try thread.allocatedBytes {
            // The server: reads and forgets.
            let result = try? scratch.receive { buffer throws(TransportError) in try far.tryRead(into: &buffer) }
            if case .bytes(let count)? = result { read += count }
            scratch = RESPDecoder()
            reads += 1
        } _: {
            guard connection.beginStream() else { throw ValueStreamError.scopeHasEnded }
            for _ in 0..<8 { try await connection.write(.bytes(piece), timeout: nil) }
        }
        #expect(read + far.readableByteCount == 64 << 20)
        // The server's side allocates a buffer of 16 KiB for each of its reads.
        // What is left are the closures of the link and of the test.
        #expect(bytes - reads * (17 << 10) < 8 << 20)
        connection.close()
    }

    @Test func `a reply of 4 MiB is received into one allocation of its size and not copied`() throws {
        let length = 4 << 20
        let (connection, far) = pair(capacity: length + 64)
        let reply = [UInt8]("$\(length)\r\n".utf8) + [UInt8](repeating: 7, count: length) + [13, 10]
        // It is there before it is asked for, so that the caller reads it by itself.
        #expect(try far.tryWrite(reply.span) == reply.count)
        let value = Mutex<RESPBytes?>(nil)
        let bytes = try thread.allocatedBytes(whenIdle: {}) {
            let options = CallOptions(now: Moment(nanoseconds: 0), deadline: nil, mayWaitInline: true)
            let frame = try await connection.roundTrip(options) { RawCommand("GET", "k").encode(into: &$0) }
            let found = try frame.decode(as: RESPBytes.self)
            value.withLock { $0 = found }
        }
        #expect(value.withLock { $0?.count } == length)
        #expect(bytes >= length || allocation_counter_count() < 0)
        #expect(bytes < length + (128 << 10))
        connection.close()
    }

    @Test func `a request of 4 MiB is not copied`() throws {
        let length = 4 << 20
        let (connection, far) = pair(capacity: length + 64)
        #expect(try far.tryWrite([UInt8]("+OK\r\n".utf8).span) == 5)
        let value = [UInt8](repeating: 7, count: length)
        // The link's own copy is made beforehand.
        let bytes = try thread.allocatedBytes(whenIdle: {}) {
            let options = CallOptions(now: Moment(nanoseconds: 0), deadline: nil, mayWaitInline: true)
            _ = try await connection.roundTrip(options) {
                RawCommand("SET", "k", value, as: String.self).encode(into: &$0)
            }
        }
        #expect(far.readableByteCount > length)
        // The link in memory keeps the bytes for the other end, in a buffer that doubles: that is all.
        #expect(bytes < 3 * length)
        connection.close()
    }
}
