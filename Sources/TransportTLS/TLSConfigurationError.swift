// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    /// Why a configuration can't be used. Sources are paths, or `PEM bytes`; nothing of a key is in here.
    @nonexhaustive
    public enum TLSConfigurationError: Error, Hashable, Sendable {
        /// A file can't be read; `errno` is the system's.
        case unreadableFile(path: String, errno: Int32)
        /// A file is larger than a mebibyte, so it can't be what it should be.
        case fileTooLarge(path: String)
        /// There is no certificate, or one is malformed.
        case malformedCertificates(source: String)
        /// There is no private key, or it is malformed.
        case malformedKey(source: String)
        /// The key is encrypted, and the password is wrong or missing.
        case wrongKeyPassword(source: String)
        /// The key isn't that of the certificate.
        case keyMismatch(certificates: String, key: String)
        /// A folder of authorities can't be used.
        case unusableDirectory(path: String)
        /// None of the ciphers is known.
        case unknownCiphers
        /// The minimum version is newer than the maximum.
        case noVersion
        /// The server's name can't be one: it is empty or has a zero byte in it.
        case invalidServerName
        /// The library refused for a reason of its own, such as a lack of memory.
        case libraryRefused
    }

    extension TLSConfigurationError: CustomStringConvertible {
        /// One line for people.
        public var description: String {
            switch self {
            case .unreadableFile(let path, let errno): "TLS: can't read \(path): \(errnoText(errno)) (errno \(errno))"
            case .fileTooLarge(let path): "TLS: \(path) is too large to hold certificates or a key"
            case .malformedCertificates(let source): "TLS: no certificates, or malformed ones, in \(source)"
            case .malformedKey(let source): "TLS: no private key, or a malformed one, in \(source)"
            case .wrongKeyPassword(let source): "TLS: the password of the key in \(source) is wrong or missing"
            case .keyMismatch(let certificates, let key):
                "TLS: the key in \(key) is not that of the certificate in \(certificates)"
            case .unusableDirectory(let path): "TLS: the folder \(path) can't be used"
            case .unknownCiphers: "TLS: none of the ciphers is known"
            case .noVersion: "TLS: the minimum version is newer than the maximum"
            case .invalidServerName: "TLS: the server's name is empty or has a zero byte in it"
            case .libraryRefused: "TLS: the library refused"
            }
        }
    }

#endif
