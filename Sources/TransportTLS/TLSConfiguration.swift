// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    /// How connections are secured. The defaults suit every server with a certificate of a public authority.
    ///
    ///     var tls = TLSConfiguration()
    ///     tls.authorities = [.file("/etc/valkey/ca.pem")]
    ///     let client = try ValkeyClient("valkeys://db.example", security: TLSProvider(tls))
    ///
    /// Printing or dumping one shows no key and no password.
    public struct TLSConfiguration: Sendable {
        /// What a server must prove.
        public var verification = ServerVerification.full
        /// Who may vouch for servers; all of them count.
        public var authorities: [CertificateAuthorities] = [.system]
        /// Who this side is, for servers that ask; `nil` has no certificate.
        public var identity: ClientIdentity?
        /// The name that every server is asked for (SNI) and must prove to be, in place of the host in its endpoint. In a
        /// cluster it goes for all nodes.
        public var serverName: String?
        /// The oldest version to speak.
        public var minimumVersion = TLSVersion.tls12
        /// The newest version to speak.
        public var maximumVersion = TLSVersion.tls13
        /// Ciphers of TLS 1.2 in OpenSSL's notation, such as `"ECDHE+AESGCM"`; `nil` leaves the choice to the library.
        public var cipherList: String?
        /// Cipher suites of TLS 1.3, such as `"TLS_AES_256_GCM_SHA384"`, with colons between them; `nil` as above.
        public var cipherSuites: String?
        /// Whether a second connection to an endpoint takes up the session of an earlier one, which saves both sides the costly
        /// part of the handshake. The server's certificate isn't looked at again then, for as long as the server lets
        /// sessions live.
        public var resumesSessions = true

        /// A configuration with the defaults.
        public init() {}
    }

    /// What a server must prove before anything is said to it.
    public enum ServerVerification: Hashable, Sendable {
        /// An authority vouches for its certificate, which is for the host that was wanted: for an IP address one of its IP
        /// names, for a name one of its DNS names (RFC 9525). The certificate's subject (`CN=`) isn't a name.
        case full
        /// An authority vouches for its certificate, whoever it is for: anybody whom the authority knows can be the server.
        case dangerouslyIgnoringHost
        /// Nothing: whoever answers can read and change everything.
        case dangerouslyAcceptingAnyServer
    }

    /// Certificates that are trusted to vouch for others.
    public enum CertificateAuthorities: Hashable, Sendable {
        /// Those that the system trusts, at the places where its OpenSSL looks for them.
        case system
        /// Those in a file of PEM, read again before a connection when the file has changed.
        case file(String)
        /// Those in a folder whose names are hashes (`openssl rehash`), looked up when they are needed.
        case directory(String)
        /// Those in PEM.
        case pem([UInt8])
    }

#endif
