// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Synchronization
internal import Transport

/// One connection of a scripted server, driven by its transport's readiness handler.
final class ScriptedConnection: Sendable {
    private struct Output {
        var pending: [UInt8] = []
        /// Bytes of `pending` that were sent.
        var sent = 0
        var closesWhenSent = false
        var isClosed = false
    }

    let number: Int
    private let transport: any ReadinessTransport
    private let output = Mutex(Output())
    private let decoder = Mutex(RESPCommandDecoder())

    init(_ transport: any ReadinessTransport, number: Int) {
        self.transport = transport
        self.number = number
    }

    /// Whether this side still holds it open: it closes at the end of the stream, too.
    var isOpen: Bool { output.withLock { !$0.isClosed } }

    /// Begins to read commands; each is answered before the next one is looked at.
    func start(answer: @escaping @Sendable ([[UInt8]]) -> ScriptedReply) {
        transport.setReadinessHandler { [self] readiness in
            if readiness.contains(.writable) { flush() }
            if readiness.contains(.readable) { read(answer) }
        }
        transport.arm(.readable)
    }

    func send(_ reply: ScriptedReply) {
        output.withLock { output in
            guard !output.closesWhenSent else { return }
            output.pending += reply.bytes
            output.closesWhenSent = reply.closesConnection
        }
        flush()
    }

    func reset() {
        output.withLock { $0.isClosed = true }
        transport.resetOrClose()
    }

    private func read(_ answer: ([[UInt8]]) -> ScriptedReply) {
        do {
            while true {
                switch try receive() {
                case .bytes:
                    while let command = try nextCommand() { send(answer(command)) }
                case .wouldBlock:
                    return transport.arm(.readable)
                case .endOfStream:
                    return close()
                }
            }
        } catch is TransportError {
            close()
        } catch {
            send(.error("ERR Protocol error: \(error)").thenClose())
        }
    }

    private func receive() throws -> ReadResult {
        try decoder.withLock { decoder in
            try decoder.receive { buffer throws(TransportError) in try transport.tryRead(into: &buffer) }
        }
    }

    private func nextCommand() throws -> [[UInt8]]? {
        try decoder.withLock { decoder in try decoder.next()?.arguments.map { Array($0) } }
    }

    /// Sends what the transport takes. Under the lock: one thread at a time writes to a transport.
    private func flush() {
        let isDone = output.withLock { output -> Bool in
            guard !output.isClosed else { return false }
            while output.sent < output.pending.count {
                // A broken connection is the reader's to notice.
                guard let count = try? transport.tryWrite(output.pending.span.extracting(output.sent...)) else {
                    output.pending = []
                    output.sent = 0
                    return output.closesWhenSent
                }
                if count == 0 {
                    transport.arm(.writable)
                    return false
                }
                output.sent += count
            }
            output.pending.removeAll(keepingCapacity: true)
            output.sent = 0
            return output.closesWhenSent
        }
        if isDone { close() }
    }

    private func close() {
        output.withLock { $0.isClosed = true }
        transport.close()
    }
}
