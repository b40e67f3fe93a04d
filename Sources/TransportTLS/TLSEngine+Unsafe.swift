// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import _OpenSSLShims
    internal import Transport

    /// One TLS connection without its I/O: bytes of the wire go in and come out, and so do those of the user.
    ///
    /// What is to be sent collects in here until it is taken; how much that is, is bounded by who writes.
    @safe
    struct TLSEngine: ~Copyable, @unchecked Sendable {
        enum State: Hashable {
            /// Nothing of the user's can be carried yet. Goes to `open`, `failed`.
            case handshaking
            /// Goes to `ended`, `failed`.
            case open
            /// The peer has said that it sends no more; it may still be written to.
            case ended
            /// Terminal.
            case failed(SecurityFailure)
        }

        private let tls: OpaquePointer
        private(set) var state = State.handshaking
        private var hasHeardFromPeer = false
        private var hasFinished = false

        /// A client's end.
        init(
            _ context: TLSContext, verification: ServerVerification, name: PeerName, session: TLSSession? = nil
        ) throws(TransportError) {
            let level =
                switch verification {
                case .full: TOOLKIT_TLS_VERIFY_HOST
                case .dangerouslyIgnoringHost: TOOLKIT_TLS_VERIFY_CHAIN
                case .dangerouslyAcceptingAnyServer: TOOLKIT_TLS_VERIFY_NOTHING
                }
            let made = unsafe toolkit_tls_new_client(
                context.pointer, Int32(level.rawValue), name.verified, name.indicated, session?.pointer)
            guard let made = unsafe made else {
                throw .security(.other("\(name.verified ?? "nothing") can't be the name of a server"))
            }
            unsafe tls = unsafe made
        }

        /// A server's end, for tests.
        init(server context: TLSContext) throws(TransportError) {
            guard let made = unsafe toolkit_tls_new_server(context.pointer) else {
                throw .security(.other("no memory"))
            }
            unsafe tls = unsafe made
        }

        deinit { unsafe toolkit_tls_free(tls) }

        // MARK: Bytes in

        /// Goes on with the handshake.
        ///
        /// - Returns: how many bytes were consumed; all of them, unless the handshake has ended.
        mutating func handshake(_ input: Span<UInt8>) -> Int {
            guard state == .handshaking else { return 0 }
            if !hasHeardFromPeer, !input.isEmpty {
                hasHeardFromPeer = true
                // The types of a record (RFC 8446, §5.1); a peer that begins otherwise speaks something else.
                guard (20...24).contains(input[0]) else {
                    state = .failed(.peerSpeaksNoTLS(answer: visibleText(input)))
                    return 0
                }
            }
            return unsafe Self.lend(input) { lent in
                let result = unsafe toolkit_tls_handshake(tls, &lent)
                if Self.isDone(result) { state = .open } else { settle(result) }
            }
        }

        /// Decrypts, and appends what the peer's user wrote, as far as the buffer's free capacity goes.
        ///
        /// - Returns: how many bytes were consumed of the input, and how many appended.
        mutating func read(_ input: Span<UInt8>, into buffer: inout OutputSpan<UInt8>) -> (consumed: Int, produced: Int)
        {
            guard state == .open else { return (0, 0) }
            var produced = 0
            let consumed = unsafe Self.lend(input) { lent in
                let result = unsafe buffer.withUnsafeMutableBufferPointer { bytes, initialized in
                    let free = bytes.extracting(initialized...)
                    let result = unsafe toolkit_tls_read(tls, &lent, free.baseAddress, free.count, &produced)
                    initialized += produced
                    return result
                }
                settle(result)
            }
            return (consumed, produced)
        }

        /// Lets the input take effect without reading what it carries, to learn why a connection broke.
        mutating func look(_ input: Span<UInt8>) -> Int {
            guard state == .open else { return 0 }
            return unsafe Self.lend(input) { lent in unsafe settle(toolkit_tls_look(tls, &lent)) }
        }

        /// Whether decrypted bytes are left, to be read without more input.
        var hasDecrypted: Bool { unsafe toolkit_tls_pending(tls) > 0 }

        // MARK: Bytes out

        /// Encrypts bytes from the front, one record's worth at most (16 KiB).
        ///
        /// - Returns: how many were taken.
        mutating func write(_ bytes: Span<UInt8>) -> Int {
            guard state == .open || state == .ended, !hasFinished else { return 0 }
            var taken = 0
            let result = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe toolkit_tls_write(tls, bytes.baseAddress, bytes.count, &taken)
            }
            settle(result)
            return taken
        }

        /// Tells the peer that nothing more will be written.
        mutating func finish() {
            hasFinished = true
            switch state {
            case .open, .ended: unsafe toolkit_tls_shut_down(tls)
            case .handshaking, .failed: break
            }
        }

        /// Changes the keys of this side, and asks the peer to change its own (TLS 1.3).
        mutating func updateKeys() { unsafe settle(toolkit_tls_update_keys(tls, 1)) }

        var hasOutput: Bool {
            var count = 0
            _ = unsafe toolkit_tls_output(tls, &count)
            return count > 0
        }

        /// Offers what is to be sent; what `send` takes is gone.
        mutating func sendOutput(_ send: (Span<UInt8>) throws(TransportError) -> Int) throws(TransportError) {
            var count = 0
            let bytes = unsafe toolkit_tls_output(tls, &count)
            guard count > 0 else { return }
            let span = unsafe Span(_unsafeStart: bytes!, count: count)
            unsafe toolkit_tls_output_taken(tls, try send(span))
        }

        // MARK: What came of it

        /// The newest session that the peer has given and nobody has taken.
        mutating func takeSession() -> TLSSession? {
            unsafe toolkit_tls_take_session(tls).map { unsafe TLSSession(owning: $0) }
        }

        var isResumed: Bool { unsafe toolkit_tls_is_resumed(tls) == 1 }
        var version: String { unsafe String(cString: toolkit_tls_version(tls)) }
        var cipher: String { unsafe String(cString: toolkit_tls_cipher(tls)) }

        private static func isDone(_ result: Int32) -> Bool { result == Int32(TOOLKIT_TLS_DONE.rawValue) }

        private mutating func settle(_ result: Int32) {
            switch toolkit_tls_result(UInt32(result)) {
            case TOOLKIT_TLS_END: state = .ended
            case TOOLKIT_TLS_FAILED: unsafe state = .failed(SecurityFailure(of: tls))
            default: break
            }
        }

        private static func lend(
            _ input: Span<UInt8>, _ body: (inout toolkit_tls_input) -> Void
        ) -> Int {
            unsafe input.withUnsafeBufferPointer { bytes in
                var lent = unsafe toolkit_tls_input(bytes: bytes.baseAddress, count: bytes.count, consumed: 0)
                unsafe body(&lent)
                return unsafe lent.consumed
            }
        }
    }

    extension SecurityFailure {
        /// The failure that has ended a connection.
        fileprivate init(of tls: OpaquePointer) {
            let text = unsafe String(cString: toolkit_tls_failure_text(tls))
            let subject = unsafe String(cString: toolkit_tls_failure_subject(tls))
            let names = unsafe String(cString: toolkit_tls_failure_names(tls)).split(separator: "\n").map(String.init)
            self =
                switch unsafe toolkit_tls_failure(UInt32(toolkit_tls_failure_kind(tls))) {
                case TOOLKIT_TLS_FAILURE_EXPIRED: .certificateExpired(subject: subject)
                case TOOLKIT_TLS_FAILURE_NOT_YET_VALID: .certificateNotYetValid(subject: subject)
                case TOOLKIT_TLS_FAILURE_WRONG_HOST: .wrongHost(wanted: "", certificateNames: names)
                case TOOLKIT_TLS_FAILURE_UNTRUSTED: .untrusted(subject: subject, reason: text)
                case TOOLKIT_TLS_FAILURE_REVOKED: .certificateRevoked(subject: subject)
                case TOOLKIT_TLS_FAILURE_REJECTED: .certificateRejected(subject: subject, reason: text)
                case TOOLKIT_TLS_FAILURE_NO_TLS: .peerSpeaksNoTLS(answer: "")
                case TOOLKIT_TLS_FAILURE_NO_COMMON_VERSION: .noCommonVersion
                case TOOLKIT_TLS_FAILURE_NO_COMMON_PARAMETERS: .noCommonParameters
                case TOOLKIT_TLS_FAILURE_CLIENT_CERTIFICATE_REQUIRED: .clientCertificateRequired
                case TOOLKIT_TLS_FAILURE_CLIENT_CERTIFICATE_REFUSED: .clientCertificateRefused(reason: text)
                default: .other(text)
                }
        }
    }

    /// The first line of what a peer said, as far as it is text.
    private func visibleText(_ bytes: Span<UInt8>) -> String {
        var text = ""
        for index in bytes.indices.prefix(80) {
            let byte = bytes[index]
            if byte == 13 || byte == 10 { break }
            text.unicodeScalars.append((0x20..<0x7F).contains(byte) ? Unicode.Scalar(byte) : "?")
        }
        return text
    }

#endif
