// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import Transport

    /// Who the server is said to be.
    struct PeerName: Hashable {
        /// What its certificate must be for; `nil` where no name is checked.
        var verified: String?
        /// What it is told that is wanted (SNI). Never an address (RFC 6066, §3).
        var indicated: String?

        /// The name of a configuration, or else of an endpoint.
        ///
        /// The root's dot of a name and the zone of an address aren't part of any certificate.
        init(of endpoint: Endpoint, _ configuration: TLSConfiguration) throws(TransportError) {
            let host: String? =
                switch (configuration.serverName, endpoint) {
                case (let name?, _): name
                case (nil, .tcp(let host, _)): host
                case (nil, _): nil
                }
            guard var host, !host.isEmpty, !host.utf8.contains(0) else {
                if configuration.verification == .full { throw .security(.serverNameMissing) }
                return
            }
            if let zone = host.firstIndex(of: "%"), isAddress(String(host[..<zone])) { host = String(host[..<zone]) }
            if isAddress(host) {
                verified = host
            } else {
                if host.hasSuffix(".") { host.removeLast() }
                (verified, indicated) = (host, host)
            }
        }
    }

#endif
