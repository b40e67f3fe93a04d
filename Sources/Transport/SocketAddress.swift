// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// An address that a socket can be connected to: IPv4 or IPv6 with a port, or the path of a Unix socket.
public struct SocketAddress: Hashable, Sendable {
    /// The system's `sockaddr`.
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads a numeric address, such as `127.0.0.1`, `::1` or `fe80::1%eth0`. `nil` if the text is none.
    public init?(ip text: String, port: UInt16) {
        guard case .success(let found) = lookUp(host: text, port: port, numericOnly: true), let first = found.first
        else { return nil }
        self = first
    }

    /// Makes the address of a Unix socket. `nil` if the path is empty, has a NUL, or is longer than the system takes
    /// (107 bytes on Linux, 103 on Darwin).
    public init?(unixPath path: String) {
        guard let bytes = makeUnixAddress(path) else { return nil }
        self.bytes = bytes
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `address:port`, `[address]:port`, or the path.
    public var description: String {
        addressText(self)
    }
}
