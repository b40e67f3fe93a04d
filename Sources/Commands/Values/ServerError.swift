// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// The server's "no": an error reply, as ordinary data of a healthy connection.
///
/// Where some commands of many may fail, `Result<Reply, ServerError>` decodes either.
///
/// Whether the command may have had an effect depends on the code: most mean it had none, but a script may fail half-way.
public struct ServerError: RESPErrorReply, Hashable, Sendable {
    /// The first word of an error reply, which tells programs what went wrong.
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
        /// The word, as sent.
        public let rawValue: String

        /// The code of this word.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The code of this word.
        public init(stringLiteral value: String) { self.init(rawValue: value) }
        /// The word, as sent.
        public var description: String { rawValue }
    }

    /// What kind of error it is.
    public let code: Code
    /// The whole text of the reply, code included, without its type marker.
    public let message: String
    /// Kept apart: few errors have one, and errors are parts of other values.
    private var explanation: Explanation?

    private indirect enum Explanation: Hashable, Sendable {
        case unknown(UnknownCommand)
    }

    /// The error of this text; its first word is the code.
    public init(message: String) {
        self.message = message
        code = Code(rawValue: String(message.prefix { $0 != " " && !$0.isNewline }))
    }

    /// The error that `frame` is, or `nil` if it is an ordinary reply.
    ///
    /// Takes both forms: the simple error of one line, and RESP3's bulk error.
    public init?(_ frame: RESPFrame) {
        guard let message = frame.errorMessage else { return nil }
        self.init(message: message)
    }

    /// Where the server wants the command to go, if it is a redirect.
    public var redirect: Redirect? { Redirect(self) }

    /// What is known of a command that the server does not know, if that is the error.
    ///
    /// Clients say so of every command that they execute. An argument that is newer than the server is its syntax error.
    public var unknownCommand: UnknownCommand? {
        guard case .unknown(let command) = explanation else { return nil }
        return command
    }

    /// The same error, which knows who answered if it is about a command that is unknown there.
    package func explained(by server: ServerIdentity?) -> ServerError {
        guard code == .generic, let command = UnknownCommand(message: message, server: server) else { return self }
        var error = self
        error.explanation = .unknown(command)
        return error
    }
}

extension ServerError: CustomStringConvertible {
    /// The whole text of the reply, and what is known besides.
    public var description: String { unknownCommand.map { "\(message) (\($0))" } ?? message }
}

extension ServerError.Code {
    /// Anything without a code of its own; a wrong number of arguments, for example.
    public static let generic: Self = "ERR"
    /// The key holds a value of another type than the command is for.
    public static let wrongType: Self = "WRONGTYPE"
    /// Authentication is required first.
    public static let authenticationRequired: Self = "NOAUTH"
    /// The user name or the password is wrong, or the user is disabled.
    public static let wrongPassword: Self = "WRONGPASS"
    /// The user may not run the command, or not on this key or channel.
    public static let noPermission: Self = "NOPERM"
    /// The protocol version asked for is not supported.
    public static let unsupportedProtocol: Self = "NOPROTO"
    /// The server is reading its data set from disk and can't answer yet.
    public static let loading: Self = "LOADING"
    /// A script runs too long, and nothing else is answered until it ends.
    public static let busy: Self = "BUSY"
    /// The group exists already.
    public static let busyGroup: Self = "BUSYGROUP"
    /// The key exists already.
    public static let busyKey: Self = "BUSYKEY"
    /// There is no such consumer group.
    public static let noGroup: Self = "NOGROUP"
    /// The script must be loaded first.
    public static let noScript: Self = "NOSCRIPT"
    /// A write reached a replica.
    public static let readOnly: Self = "READONLY"
    /// A replica has lost its primary and refuses to answer with old data.
    public static let primaryDown: Self = "MASTERDOWN"
    /// Too few replicas are connected for a write.
    public static let noReplicas: Self = "NOREPLICAS"
    /// The memory limit is reached.
    public static let outOfMemory: Self = "OOM"
    /// The server can't persist, and so refuses writes.
    public static let misconfigured: Self = "MISCONF"
    /// The transaction was discarded because a command in it was refused while it was queued.
    public static let transactionAborted: Self = "EXECABORT"
    /// The blocked client was unblocked by somebody else.
    public static let unblocked: Self = "UNBLOCKED"
    /// The slot is served by another node, for good.
    public static let moved: Self = "MOVED"
    /// The key may already be on another node, which is taking over the slot.
    public static let ask: Self = "ASK"
    /// Some of the keys have moved already and some have not: try again later.
    public static let tryAgain: Self = "TRYAGAIN"
    /// The keys of one command are in several slots.
    public static let crossSlot: Self = "CROSSSLOT"
    /// The cluster, or the slot, is not served at present.
    public static let clusterDown: Self = "CLUSTERDOWN"
    /// The node is no longer a primary; the client should go to the node named.
    public static let redirect: Self = "REDIRECT"
    /// There is no script or function running that could be killed.
    public static let notBusy: Self = "NOTBUSY"
    /// The script has written already and can't be killed; only `SHUTDOWN NOSAVE` ends it.
    public static let unkillable: Self = "UNKILLABLE"
    /// The server is in protected mode: without a password it answers connections from its own machine only.
    public static let denied: Self = "DENIED"
    /// The replica has no connection to its primary, and so nothing to pass on.
    public static let noPrimaryLink: Self = "NOMASTERLINK"
    /// The server could not reach another one, as in `MIGRATE`; or the other one failed half-way.
    public static let inputOutput: Self = "IOERR"
    /// A subscription was to be left by a connection that has none.
    public static let notSubscribed: Self = "NOSUB"
    /// A Sentinel is failing over already.
    public static let inProgress: Self = "INPROG"
    /// A Sentinel found no replica that could take over.
    public static let noGoodReplica: Self = "NOGOODSLAVE"
    /// A Sentinel found too few others of its opinion.
    public static let noQuorum: Self = "NOQUORUM"
    /// A Sentinel found no primary to fail over to (Valkey's word).
    public static let noGoodPrimary: Self = "NOGOODPRIMARY"
    /// A HyperLogLog is damaged.
    public static let invalidObject: Self = "INVALIDOBJ"
}
