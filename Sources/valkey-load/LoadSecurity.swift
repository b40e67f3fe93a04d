// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS
    internal import TransportTLS
#endif
internal import ValkeyToolkit

extension LoadOptions {
    /// What secures connections if the URL asks for it. Without the trait `TLS` nothing does, and the URL is refused.
    func security() throws -> (any TransportSecurity)? {
        #if TLS
            guard ["valkeys:", "rediss:"].contains(where: url.lowercased().hasPrefix) else { return nil }
            var configuration = TLSConfiguration()
            if let authorities { configuration.authorities = [.file(authorities)] }
            return try TLSProvider(configuration)
        #else
            return nil
        #endif
    }
}
