// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation

/// What a TLS server of a test has besides its plain port, all in PEM.
public struct TestTLS: Sendable {
    /// What it does with certificates of its clients.
    public enum Clients: String, Sendable {
        case dontAsk = "no"
        case mayHaveCertificates = "optional"
        case mustHaveCertificates = "yes"
    }

    /// The server's certificate and those that lead to its authority.
    public var certificates: [UInt8]
    /// Its key.
    public var key: [UInt8]
    /// Who vouches for clients, and for the other nodes of a cluster.
    public var authorities: [UInt8]
    /// What it does with certificates of its clients.
    public var clients = Clients.dontAsk
    /// More of the server's command line, such as `["--tls-protocols", "TLSv1.2"]`.
    public var options: [String] = []

    /// What a server needs at least.
    public init(certificates: [UInt8], key: [UInt8], authorities: [UInt8]) {
        self.certificates = certificates
        self.key = key
        self.authorities = authorities
    }

    /// The name of the files that a server starts with.
    fileprivate static let startingName = "tls"

    /// Writes the files into a server's folder, and says what to tell the server.
    func arguments(port: Int, folder: String) throws -> [String] {
        let files = try write(into: folder, named: Self.startingName)
        return ["--tls-port", "\(port)", "--tls-auth-clients", clients.rawValue]
            + files.flatMap { ["--\($0.setting)", $0.path] } + options
    }

    /// Writes the files, and says which setting wants which.
    fileprivate func write(into folder: String, named name: String) throws -> [(setting: String, path: String)] {
        let files = [
            ("tls-cert-file", "crt", certificates), ("tls-key-file", "key", key),
            ("tls-ca-cert-file", "ca", authorities),
        ]
        return try files.map { setting, suffix, bytes in
            let path = "\(folder)/\(name).\(suffix)"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return (setting, path)
        }
    }
}

extension TestServer {
    /// Gives a running server other certificates: connections that are open stay, new ones get these.
    ///
    /// - Parameter name: for the files, another one each time.
    public func reconfigure(_ tls: TestTLS, named name: String) async throws {
        let files = try tls.write(into: folder, named: name)
        try await cli(["CONFIG", "SET"] + files.flatMap { [$0.setting, $0.path] })
    }

    /// Starts it again with other certificates, on the same ports; kills it before if it runs.
    public func restart(with tls: TestTLS) async throws {
        _ = try tls.write(into: folder, named: TestTLS.startingName)
        try await restart()
    }
}
