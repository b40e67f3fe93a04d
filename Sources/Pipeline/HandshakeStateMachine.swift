// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import RESPCodec

/// A step of a connection's set-up.
public enum HandshakeStep: String, Hashable, Sendable {
    /// HELLO, with AUTH and SETNAME in it.
    case hello = "HELLO"
    /// HELLO without a version, which only says who the server is; in RESP2. A refusal of it is passed over.
    case identify = "HELLO without a version"
    /// AUTH.
    case authenticate = "AUTH"
    /// SELECT.
    case selectDatabase = "SELECT"
    /// CLIENT SETNAME.
    case setName = "CLIENT SETNAME"
    /// CLIENT SETINFO; a refusal of it is harmless and passed over.
    case setInfo = "CLIENT SETINFO"
    /// CLIENT CAPA, which servers before Valkey 8 don't know; a refusal of it is passed over as well.
    case announceCapabilities = "CLIENT CAPA"
    /// ECHO, where the connection's integrity is checked by it.
    case echo = "ECHO"
    /// READONLY, on connections to a cluster's replicas.
    case readOnly = "READONLY"

    /// Whether the connection is as good without it.
    var isOptional: Bool { self == .setInfo || self == .announceCapabilities || self == .identify }
}

/// Restores all state of a connection before its first user command, and checks every answer. Pure.
///
/// All steps leave in one write. A server that doesn't know HELLO (before Redis 6, or with the command renamed away)
/// has refused it without harm: after the answers of that flight a second one does the same in RESP2.
struct HandshakeStateMachine {
    enum Action: Equatable {
        /// Send these steps in one write, then call `received` with as many replies.
        case send([HandshakeStep])
        /// The connection is as the configuration says, in this protocol.
        case ready(ProtocolVersion)
    }

    private let configuration: NodeConfiguration
    private let readsFromReplica: Bool
    private(set) var version: ProtocolVersion
    /// Who the server is, if it has said so.
    private(set) var server: ServerIdentity?
    private var identifies: Bool

    /// - Parameter identifies: whether to ask a server who it is that is spoken to in RESP2. On a connection for
    ///   subscriptions the answer would be taken for a message.
    init(_ configuration: NodeConfiguration, readsFromReplica: Bool = false, identifies: Bool = true) {
        self.identifies = identifies
        self.configuration = configuration
        self.readsFromReplica = readsFromReplica
        version = configuration.protocolVersion
    }

    func start() -> Action { .send(steps) }

    private var steps: [HandshakeStep] {
        var steps: [HandshakeStep] = []
        if version == .resp3 {
            steps.append(.hello)
        } else {
            if configuration.credentials != nil { steps.append(.authenticate) }
            if configuration.clientName != nil { steps.append(.setName) }
            if identifies { steps.append(.identify) }
        }
        if configuration.database != 0 { steps.append(.selectDatabase) }
        if readsFromReplica { steps.append(.readOnly) }
        if configuration.followsRedirects { steps.append(.announceCapabilities) }
        if configuration.connection.integrity != .off { steps.append(.echo) }
        steps += [.setInfo, .setInfo]
        return steps
    }

    /// Judges the replies to the steps sent last, in order.
    mutating func received(_ replies: [RESPFrame], to steps: [HandshakeStep]) throws(ConnectionError) -> Action {
        for (step, reply) in zip(steps, replies) {
            if let error = ServerError(reply) {
                if step.isOptional { continue }
                if step == .hello, meansUnknownHello(error) {
                    version = .resp2
                    identifies = false
                    return .send(self.steps)
                }
                throw .handshakeRefused(step: step, error)
            }
            if step == .hello || step == .identify {
                server = (try? reply.decode(as: ServerGreeting.self)).flatMap(ServerIdentity.init)
            }
            guard step == .identify || Self.isExpected(reply, to: step) else {
                throw .handshakeReplyUnexpected(step: step, found: "\(reply.kind)")
            }
        }
        return .ready(version)
    }

    /// Valkey 9 says NOAUTH to any unknown command of a stranger, and never to a HELLO that it knows and that has AUTH.
    private func meansUnknownHello(_ error: ServerError) -> Bool {
        switch error.code {
        case "NOPROTO": true
        case "NOAUTH": configuration.credentials != nil
        case "ERR": error.message.lowercased().contains("unknown command")
        default: false
        }
    }

    private static func isExpected(_ reply: RESPFrame, to step: HandshakeStep) -> Bool {
        if step == .hello {
            let fields = try? reply.decode(as: [String: RESPFrame].self)
            return (try? fields?["proto"]?.decode(as: Int.self)) == 3
        }
        return (try? reply.decode(as: String.self)) == "OK"
    }

    /// Writes the command of the `position`th of the steps.
    func encode(_ steps: [HandshakeStep], into encoder: inout CommandEncoder) {
        var infos = 0
        for step in steps {
            switch step {
            case .hello: encodeHello(into: &encoder)
            case .identify: encoder.literal("*1\r\n$5\r\nHELLO\r\n")
            case .authenticate: configuration.credentials?.encodeAuthentication(into: &encoder)
            case .selectDatabase:
                encoder.command(2)
                encoder.bulk("SELECT")
                encoder.bulk(configuration.database)
            case .setName:
                encoder.command(3)
                encoder.bulk("CLIENT")
                encoder.bulk("SETNAME")
                encoder.bulk(configuration.clientName ?? "")
            case .echo: encoder.literal("*2\r\n$4\r\nECHO\r\n$2\r\nOK\r\n")
            case .readOnly: encoder.literal("*1\r\n$8\r\nREADONLY\r\n")
            case .announceCapabilities:
                encoder.literal("*3\r\n$6\r\nCLIENT\r\n$4\r\nCAPA\r\n$8\r\nredirect\r\n")
            case .setInfo:
                encoder.command(4)
                encoder.bulk("CLIENT")
                encoder.bulk("SETINFO")
                encoder.bulk(infos == 0 ? "LIB-NAME" : "LIB-VER")
                encoder.bulk(infos == 0 ? ToolkitVersion.name : ToolkitVersion.number)
                infos += 1
            }
        }
    }

    private func encodeHello(into encoder: inout CommandEncoder) {
        let (credentials, name) = (configuration.credentials, configuration.clientName)
        encoder.command(2 + (credentials == nil ? 0 : 3) + (name == nil ? 0 : 2))
        encoder.bulk("HELLO")
        encoder.bulk(3)
        if let credentials {
            encoder.bulk("AUTH")
            encoder.bulk(credentials.username ?? "default")
            encoder.bulk(credentials.password)
        }
        if let name {
            encoder.bulk("SETNAME")
            encoder.bulk(name)
        }
    }
}

/// What `CLIENT SETINFO` tells the server of this library.
enum ToolkitVersion {
    static let name = "valkey-toolkit-swift"
    static let number = "0.1.0"
}
