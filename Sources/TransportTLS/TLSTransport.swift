// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import Synchronization
    public import Transport

    /// A transport that carries its bytes over another one, encrypted. ``TLSProvider`` makes them.
    ///
    /// It waits where the other waits, so a reply costs no more changes of thread than without it. Neither reading nor writing
    /// allocates once the connection has settled. A stream that ends without the peer's farewell is an error,
    /// `SecurityFailure.truncated`: anybody can cut a wire.
    public final class TLSTransport: ReadinessTransport {
        /// What reading and writing share. A write never has to read, since nothing is renegotiated.
        struct Core: ~Copyable {
            var engine: TLSEngine
            /// Why reading has ended.
            var failure: TransportError?
            /// Why writing has, where that is known.
            var writeFailure: TransportError?
            var isClosed = false
            var hasFinished = false
            /// The farewell must leave before the sending direction of what is below is ended.
            var mustFinishBase = false
            /// Bytes have arrived that nobody has read: what is below won't tell of them.
            var hasUnread = false
            /// Whether anything of the peer's user has come.
            var hasReceived = false
            var notifier = ReadinessNotifier()
        }

        let base: any ReadinessTransport
        let core: Mutex<Core>
        /// Belongs to the reader. Locked before `core`, never after.
        let received = Mutex(CiphertextBuffer())
        private let onSession: (@Sendable (TLSSession) -> Void)?

        init(
            _ base: any ReadinessTransport, _ engine: consuming TLSEngine,
            onSession: (@Sendable (TLSSession) -> Void)? = nil
        ) {
            self.base = base
            self.onSession = onSession
            core = Mutex(Core(engine: engine))
            base.setReadinessHandler { [weak self] readiness in self?.baseIsReady(readiness) }
        }

        deinit { close() }

        /// What was agreed upon with the peer.
        public var session: TLSSessionDescription {
            core.withLock { core in
                TLSSessionDescription(
                    version: core.engine.version, cipherSuite: core.engine.cipher, isResumed: core.engine.isResumed)
            }
        }

        // MARK: Reading

        /// Appends what has arrived and could be decrypted.
        public func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
            try read(into: &buffer, waiting: false)
        }

        /// That of what it runs over.
        public var eventLoop: EventLoop? { base.eventLoop }

        /// As long as what it runs over can.
        public var canWaitInline: Bool { base.canWaitInline }

        /// The same, waiting as what it runs over does; once more for every part of a record that comes, a few times at most.
        public func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
            try read(into: &buffer, waiting: true)
        }

        private func read(into buffer: inout OutputSpan<UInt8>, waiting: Bool) throws(TransportError) -> ReadResult {
            precondition(buffer.freeCapacity > 0, "A read needs a buffer with free capacity.")
            return try received.withLock { (input) throws(TransportError) -> ReadResult in
                var waits = waiting ? Self.maximumWaits : 0
                while true {
                    if let result = try decrypt(&input, into: &buffer) { return result }
                    let result = try input.fill { (room) throws(TransportError) -> ReadResult in
                        waits > 0 ? try base.readWaiting(into: &room) : try base.tryRead(into: &room)
                    }
                    waits -= 1
                    switch result {
                    case .bytes: core.withLock { $0.hasUnread = true }
                    case .wouldBlock: return .wouldBlock
                    case .endOfStream: throw cutOff()
                    }
                }
            }
        }

        private static let maximumWaits = 4

        /// What can be had without reading from below; `nil` if nothing can.
        private func decrypt(
            _ input: inout CiphertextBuffer, into buffer: inout OutputSpan<UInt8>
        ) throws(TransportError) -> ReadResult? {
            try core.withLock { (core) throws(TransportError) -> ReadResult? in
                if core.isClosed { throw .closed }
                if let failure = core.failure { throw failure }
                if core.engine.state == .ended { return .endOfStream }
                guard core.hasUnread else { return nil }
                let (consumed, produced) = core.engine.read(input.unread, into: &buffer)
                input.consume(consumed)
                core.hasUnread = !input.isEmpty || core.engine.hasDecrypted
                if let session = core.engine.takeSession() { onSession?(session) }
                if core.engine.hasOutput { send(&core) }
                if case .failed(let failure) = core.engine.state { core.failure = .security(failure) }
                if produced > 0 {
                    core.hasReceived = true
                    return .bytes(produced)
                }
                if let failure = core.failure { throw failure }
                return core.engine.state == .ended ? .endOfStream : nil
            }
        }

        /// The stream below has ended, and the peer has not said so.
        private func cutOff() -> TransportError {
            core.withLock { core in
                if core.isClosed { return .closed }
                let failure = core.failure ?? .security(.truncated)
                core.failure = failure
                return failure
            }
        }

        // MARK: Writing

        /// Encrypts as much as what it runs over takes, and a few records more.
        public func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
            let (taken, failure) = core.withLock { core -> (Int, TransportError?) in
                if core.isClosed { return (0, .closed) }
                if core.hasFinished { return (0, .writingFinished) }
                var taken = 0
                while taken < bytes.count {
                    send(&core)
                    if core.engine.hasOutput || core.writeFailure != nil { break }
                    let before = taken
                    // A few records leave in one write.
                    for _ in 0..<Self.recordsPerWrite where taken < bytes.count {
                        taken += core.engine.write(bytes.extracting(droppingFirst: taken))
                    }
                    if case .failed(let failure) = core.engine.state {
                        core.writeFailure = core.writeFailure ?? .security(failure)
                    }
                    // An engine that takes nothing would be asked for ever.
                    if taken == before { break }
                }
                send(&core)
                if core.engine.hasOutput, core.writeFailure == nil { base.arm(.writable) }
                return (taken, core.writeFailure)
            }
            if taken > 0 || failure == nil { return taken }
            throw reason(of: failure ?? .closed)
        }

        private static let recordsPerWrite = 4

        /// Gives what is to be sent to what is below; what stays is what there was no room for, or what can't be sent.
        func send(_ core: inout Core) {
            if core.writeFailure == nil {
                do throws(TransportError) {
                    try core.engine.sendOutput { (bytes) throws(TransportError) in try base.tryWrite(bytes) }
                    if core.mustFinishBase, !core.engine.hasOutput {
                        core.mustFinishBase = false
                        try base.finishWriting()
                    }
                } catch {
                    core.writeFailure = error
                }
            }
        }

        /// Why a write failed. A server that refuses a client's certificate in TLS 1.3 says so after the handshake and hangs up,
        /// so that a write may break before anybody has read why: look.
        private func reason(of failure: TransportError) -> TransportError {
            guard case .system = failure, core.withLock({ !$0.hasReceived && !$0.isClosed }) else { return failure }
            return received.withLock { input in
                if input.isEmpty {
                    _ = try? input.fill { (room) throws(TransportError) in try base.tryRead(into: &room) }
                }
                return core.withLock { core in
                    input.consume(core.engine.look(input.unread))
                    core.hasUnread = true
                    guard case .failed(let cause) = core.engine.state else { return failure }
                    core.failure = .security(cause)
                    core.writeFailure = .security(cause)
                    return .security(cause)
                }
            }
        }

        /// Says farewell to the peer, then ends the sending direction of what is below. Reading goes on.
        public func finishWriting() throws(TransportError) {
            try core.withLock { (core) throws(TransportError) in
                if core.isClosed { throw .closed }
                if core.hasFinished { return }
                core.hasFinished = true
                core.engine.finish()
                core.mustFinishBase = true
                send(&core)
                if let failure = core.writeFailure { throw failure }
                if core.engine.hasOutput { base.arm(.writable) }
            }
        }

        /// Says farewell, as far as there is room for it, and closes what is below. What that has not taken is dropped.
        public func close() {
            let handler = core.withLock { core -> ReadinessNotifier.Handler? in
                guard !core.isClosed else { return nil }
                core.engine.finish()
                send(&core)
                core.isClosed = true
                return core.notifier.close()
            }
            _ = handler  // freed here, outside of the lock
            base.close()
        }
    }

    /// What two ends of a secured transport have agreed upon.
    public struct TLSSessionDescription: Hashable, Sendable {
        /// The version, such as `TLSv1.3`.
        public var version: String
        /// The cipher suite by its standard or OpenSSL name.
        public var cipherSuite: String
        /// Whether an earlier session was taken up.
        public var isResumed: Bool
    }

#endif
