// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    /// The certificate and the key by which a client says who it is (mutual TLS). Neither key nor password is ever printed.
    public struct ClientIdentity: Sendable {
        /// A certificate with the ones that lead to its authority, and its key, all in PEM.
        public struct PEM: Sendable, Equatable {
            /// The client's certificate first, then any intermediate ones.
            public var certificates: [UInt8]
            /// The private key.
            public var key: [UInt8]
            /// What the key is encrypted with; `nil` if it isn't.
            public var password: String?

            /// An identity from its parts.
            public init(certificates: [UInt8], key: [UInt8], password: String? = nil) {
                self.certificates = certificates
                self.key = key
                self.password = password
            }
        }

        enum Source: Sendable {
            case files(certificates: String, key: String, password: String?)
            case pem(PEM)
            case provider(@Sendable () async throws -> PEM)
        }

        let source: Source

        /// An identity in two files, which may be the same one.
        ///
        /// The files are looked at before every connection, and read again when time, size or inode of one have changed: new
        /// connections then have the new certificate. While the two don't fit together (one is replaced, the other not yet)
        /// the last that did are used.
        public init(certificateFile: String, keyFile: String, password: String? = nil) {
            source = .files(certificates: certificateFile, key: keyFile, password: password)
        }

        /// An identity that stays.
        public init(_ pem: PEM) { source = .pem(pem) }

        /// An identity that is asked for before every connection, within the time that connecting may take.
        ///
        /// What it throws ends that attempt to connect, with `SecurityFailure.materialUnusable(reason:)`.
        public init(provider: @escaping @Sendable () async throws -> PEM) { source = .provider(provider) }
    }

    extension ClientIdentity: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Says that there is an identity, and nothing of it.
        public var description: String { "ClientIdentity(redacted)" }
        /// The same as `description`.
        public var debugDescription: String { description }
        /// An empty mirror, so that `dump` shows nothing either.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

    extension ClientIdentity.PEM: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Says that there is an identity, and nothing of it.
        public var description: String { "ClientIdentity.PEM(redacted)" }
        /// The same as `description`.
        public var debugDescription: String { description }
        /// An empty mirror, so that `dump` shows nothing either.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

#endif
