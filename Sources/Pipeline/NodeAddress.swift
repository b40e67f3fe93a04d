// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Transport

/// Where one server of several listens, as they name each other: in a cluster, and in a replication group.
///
/// Two addresses are equal if host and port are, byte for byte: a name and the number it resolves to
/// are different addresses.
public struct NodeAddress: Hashable, Sendable {
    /// A host name or an IP address, without brackets.
    public var host: String
    /// The TCP port, 1 to 65,535.
    public var port: Int

    /// An address from its parts, taken as they are.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Where to connect to.
    public var endpoint: Endpoint { .tcp(host: host, port: port) }

    /// The address a server named in a reply that came from `asked`.
    ///
    /// An empty host means "the host you asked": a node that does not know its own address, or that is told
    /// not to say it, sends it in redirects and in topologies (valkey.io, `CLUSTER SLOTS`). `?` stands for a
    /// host name that was never configured; the asked host is the best guess then.
    package init(host: String?, port: Int, namedBy asked: NodeAddress) {
        switch host {
        case .none, .some(""), .some("?"): self.host = asked.host
        case .some(let host): self.host = host
        }
        self.port = port
    }
}

extension NodeAddress: CustomStringConvertible {
    /// `host:port`, with brackets around an IPv6 address.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension NodeAddress: Comparable {
    /// By host, then by port, so that lists of nodes have one order.
    public static func < (left: NodeAddress, right: NodeAddress) -> Bool {
        (left.host, left.port) < (right.host, right.port)
    }
}
