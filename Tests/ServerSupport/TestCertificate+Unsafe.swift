// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import TestCertificates

    /// A certificate with its key, made when a test runs.
    @safe
    public final class TestCertificate: @unchecked Sendable {
        private let pointer: OpaquePointer

        private init(
            _ name: String, names: String?, validFor: ClosedRange<Int>, isAuthority: Bool, issuer: TestCertificate?
        ) {
            let made = unsafe name.withCString { name in
                func make(_ names: UnsafePointer<CChar>?) -> OpaquePointer? {
                    let request = unsafe test_certificate_request(
                        common_name: name, names: names, valid_from: validFor.lowerBound,
                        valid_until: validFor.upperBound, is_authority: isAuthority ? 1 : 0)
                    return unsafe test_certificate_new(request, issuer?.pointer)
                }
                guard let names else { return unsafe make(nil) }
                return unsafe names.withCString { unsafe make($0) }
            }
            guard let made = unsafe made else { fatalError("libcrypto could not make the certificate of \(name)") }
            unsafe pointer = unsafe made
        }

        deinit { unsafe test_certificate_free(pointer) }

        /// An hour around now, in seconds.
        public static let now = -3600...3600

        /// An authority that vouches for itself.
        public static func authority(_ name: String) -> TestCertificate {
            TestCertificate(name, names: nil, validFor: now, isAuthority: true, issuer: nil)
        }

        /// A certificate that nobody but itself vouches for.
        public static func selfSigned(_ name: String, names: String) -> TestCertificate {
            TestCertificate(name, names: names, validFor: now, isAuthority: false, issuer: nil)
        }

        /// A certificate that this one vouches for. `names` are as in OpenSSL's configuration: `DNS:localhost,IP:127.0.0.1`.
        public func issue(
            _ name: String, names: String? = nil, validFor: ClosedRange<Int> = now, isAuthority: Bool = false
        ) -> TestCertificate {
            TestCertificate(name, names: names, validFor: validFor, isAuthority: isAuthority, issuer: self)
        }

        /// The certificate.
        public var pem: [UInt8] { unsafe text { unsafe test_certificate_pem(pointer, $0, $1) } }

        /// The key, encrypted with the password if there is one.
        public func keyPEM(password: String? = nil) -> [UInt8] {
            unsafe text { unsafe test_certificate_key_pem(pointer, password, $0, $1) }
        }

        private func text(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Int) -> [UInt8] {
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { room in
                let count = unsafe write(room.baseAddress, room.count)
                return unsafe room.prefix(count).map { UInt8(bitPattern: $0) }
            }
        }
    }

#endif
