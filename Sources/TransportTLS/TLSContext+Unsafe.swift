// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import _OpenSSLShims

    /// What connections made alike have in common: versions, ciphers, authorities, identity. Never changed once it is built.
    @safe
    final class TLSContext: @unchecked Sendable {
        let pointer: OpaquePointer

        /// An identity's parts with where they came from, for errors.
        struct Identity {
            var pem: ClientIdentity.PEM
            var certificateSource: String
            var keySource: String
        }

        /// - Parameter isServer: for the other end of a connection, which only tests have.
        init(isServer: Bool = false) throws(TLSConfigurationError) {
            guard let pointer = unsafe toolkit_tls_context_new(isServer ? 1 : 0) else { throw .libraryRefused }
            unsafe self.pointer = unsafe pointer
        }

        deinit { unsafe toolkit_tls_context_free(pointer) }

        func set(_ configuration: TLSConfiguration) throws(TLSConfigurationError) {
            let (minimum, maximum) = (configuration.minimumVersion, configuration.maximumVersion)
            guard minimum <= maximum else { throw .noVersion }
            let versions = unsafe toolkit_tls_context_versions(
                pointer, Int32(minimum.rawValue), Int32(maximum.rawValue))
            guard versions == 1 else { throw .libraryRefused }
            if let list = configuration.cipherList {
                guard unsafe toolkit_tls_context_ciphers(pointer, list, nil) == 1 else { throw .unknownCiphers }
            }
            if let suites = configuration.cipherSuites {
                guard unsafe toolkit_tls_context_ciphers(pointer, nil, suites) == 1 else { throw .unknownCiphers }
            }
        }

        func trustSystem() throws(TLSConfigurationError) {
            guard unsafe toolkit_tls_context_trust_system(pointer) == 1 else { throw .libraryRefused }
        }

        func trust(directory: String) throws(TLSConfigurationError) {
            guard unsafe toolkit_tls_context_trust_directory(pointer, directory) == 1 else {
                throw .unusableDirectory(path: directory)
            }
        }

        func trust(pem: [UInt8], source: String) throws(TLSConfigurationError) {
            guard unsafe toolkit_tls_context_trust_pem(pointer, pem, pem.count) > 0 else {
                throw .malformedCertificates(source: source)
            }
        }

        func use(_ identity: Identity) throws(TLSConfigurationError) {
            let pem = identity.pem
            // A password ends at its first zero byte in C; nobody's has one.
            let result = unsafe toolkit_tls_context_identity(
                pointer, pem.certificates, pem.certificates.count, pem.key, pem.key.count, pem.password)
            switch toolkit_tls_identity_result(UInt32(result)) {
            case TOOLKIT_TLS_IDENTITY_OK: return
            case TOOLKIT_TLS_IDENTITY_BAD_CERTIFICATE: throw .malformedCertificates(source: identity.certificateSource)
            case TOOLKIT_TLS_IDENTITY_WRONG_PASSWORD: throw .wrongKeyPassword(source: identity.keySource)
            case TOOLKIT_TLS_IDENTITY_MISMATCH:
                throw .keyMismatch(certificates: identity.certificateSource, key: identity.keySource)
            default: throw .malformedKey(source: identity.keySource)
            }
        }

        // MARK: Servers

        /// Whether clients must have a certificate; `nil` doesn't ask for one.
        func requireClientCertificate(_ isRequired: Bool?) {
            if let isRequired { unsafe toolkit_tls_context_want_client(pointer, isRequired ? 2 : 1) }
        }

        /// How many tickets clients get after the handshake (TLS 1.3).
        func setTickets(_ count: Int) { unsafe toolkit_tls_context_tickets(pointer, count) }
    }

    /// A session that another connection may take up.
    @safe
    final class TLSSession: @unchecked Sendable {
        let pointer: OpaquePointer

        init(owning pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

        deinit { unsafe toolkit_tls_session_free(pointer) }

        var isSingleUse: Bool { unsafe toolkit_tls_session_is_single_use(pointer) == 1 }
    }

    /// Whether this is an IPv4 or IPv6 address, without zone or brackets.
    func isAddress(_ text: String) -> Bool { unsafe toolkit_tls_is_address(text) == 1 }

#endif
