// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Where a server listens.
public enum Endpoint: Hashable, Sendable {
    /// A host (a name, or an IPv4 or IPv6 address without brackets) and a TCP port, 0 to 65 535.
    case tcp(host: String, port: Int)
    /// The path of a Unix socket.
    case unix(path: String)
}

extension Endpoint: CustomStringConvertible {
    /// `host:port`, `[address]:port` for IPv6, or the path.
    public var description: String {
        switch self {
        case .tcp(let host, let port):
            host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path):
            path
        }
    }
}
