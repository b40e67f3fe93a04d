// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// What somebody does who secures connections, here in vain: nothing listens.

import Transport
import TransportTLS

@main struct Secured {
    static func main() async throws {
        var configuration = TLSConfiguration()
        configuration.minimumVersion = .tls13
        let security: any TransportSecurity = try TLSProvider(configuration)
        do {
            let plain = try await SocketConnector().connect(to: .tcp(host: "127.0.0.1", port: 1))
            _ = try await security.secure(plain, to: .tcp(host: "127.0.0.1", port: 1))
            fatalError("something listens on port 1")
        } catch TransportError.connectFailed {
            print("TLS is there: \(security)")
        }
    }
}
