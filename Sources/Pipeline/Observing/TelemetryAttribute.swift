// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Transport

/// A name of OpenTelemetry's conventions and its value
/// (https://opentelemetry.io/docs/specs/semconv/db/database-spans/, and there "Valkey").
public struct TelemetryAttribute: Hashable, Sendable {
    /// What an attribute can be.
    @nonexhaustive
    public enum Value: Hashable, Sendable {
        /// Text.
        case text(String)
        /// A number.
        case number(Int)
    }

    /// Such as `db.operation.name`.
    public var name: String
    /// Its value.
    public var value: Value

    init(_ name: String, _ value: String) { (self.name, self.value) = (name, .text(value)) }
    init(_ name: String, _ value: Int) { (self.name, self.value) = (name, .number(value)) }
}

extension TelemetryAttribute: CustomStringConvertible {
    /// `name=value`.
    public var description: String {
        switch value {
        case .text(let text): "\(name)=\(text)"
        case .number(let number): "\(name)=\(number)"
        }
    }
}

/// Which server a call or an event is about.
public struct ObservedServer: Hashable, Sendable {
    /// Where the configuration says that it is; of a cluster, its first seed.
    public var configured: Endpoint
    /// The node that was talked to last; in a cluster another one than the seed.
    public var node: Endpoint
    /// The database that the configuration selects.
    public var database: Int

    package init(_ configured: Endpoint, node: Endpoint? = nil, database: Int) {
        (self.configured, self.node, self.database) = (configured, node ?? configured, database)
    }

    /// `db.system.name`, `server.address`, `server.port`, `db.namespace`, and `network.peer.address` and `.port` where the
    /// node is known by an address and not by a name.
    public var attributes: [TelemetryAttribute] {
        var all = [TelemetryAttribute("db.system.name", "valkey"), TelemetryAttribute("db.namespace", "\(database)")]
        Self.add(configured, "server", to: &all)
        if node.isAddress { Self.add(node, "network.peer", to: &all) }
        return all
    }

    private static func add(_ endpoint: Endpoint, _ prefix: String, to all: inout [TelemetryAttribute]) {
        switch endpoint {
        case .tcp(let host, let port):
            all.append(TelemetryAttribute("\(prefix).address", host))
            all.append(TelemetryAttribute("\(prefix).port", port))
        case .unix(let path): all.append(TelemetryAttribute("\(prefix).address", path))
        }
    }
}

extension Endpoint {
    /// Whether there is nothing to be looked up.
    fileprivate var isAddress: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _):
            host.utf8.contains(UInt8(ascii: ":")) || host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
        }
    }
}
