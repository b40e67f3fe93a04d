// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

extension CLIENT {
    /// `CLIENT TRACKING <ON | OFF> [REDIRECT id] [PREFIX prefix …] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]`: has the server say
    /// which keys have changed, for caches. Since 6.0.0.
    public struct TRACKING: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// Of which keys the server is to speak.
        public enum Mode: Sendable {
            /// Of none.
            case off
            /// Of those that were read on this connection.
            case read
            /// Of those that were read by a command right behind `CLIENT CACHING YES`.
            case optIn
            /// Of those that were read, unless `CLIENT CACHING NO` stood right before.
            case optOut
            /// Of all that begin with one of the prefixes, whoever has read them; of all keys without a prefix.
            case broadcast(prefixes: [BulkString])
        }

        /// Of which keys the server is to speak.
        public var mode: Mode
        /// The connection that it speaks to, as `CLIENT ID` gives it; nil for this one.
        public var redirect: ClientID?
        /// Whether it keeps silent of what this connection has changed by itself.
        public var noLoop: Bool

        /// Switches tracking on, in some mode, or off.
        public init(_ mode: Mode, redirect: ClientID? = nil, noLoop: Bool = false) {
            self.mode = mode
            self.redirect = redirect
            self.noLoop = noLoop
        }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT TRACKING", flags: [.bindsConnection], idempotency: .idempotent, since: .init(6, 0, 0))
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            var words: [BulkString] = []
            switch mode {
            case .off: break
            case .read: words = ["ON"]
            case .optIn: words = ["ON", "OPTIN"]
            case .optOut: words = ["ON", "OPTOUT"]
            case .broadcast(let prefixes): words = ["ON", "BCAST"] + prefixes.flatMap { ["PREFIX", $0] }
            }
            if words.isEmpty {
                words = ["OFF"]
            } else {
                if let redirect { words += ["REDIRECT", redirect.bulkString] }
                if noLoop { words.append("NOLOOP") }
            }
            encoder.command(2 + words.count)
            encoder.literal("$6\r\nCLIENT\r\n$8\r\nTRACKING\r\n")
            for word in words { word.encode(into: &encoder) }
        }
    }

    /// `CLIENT CACHING <YES | NO>`: says whether what the next command reads is tracked. Since 6.0.0.
    public struct CACHING: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// Whether it is tracked.
        public var isTracked: Bool

        /// Says so of the next command.
        public init(_ isTracked: Bool) { self.isTracked = isTracked }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT CACHING", flags: [.bindsConnection], idempotency: .idempotent, since: .init(6, 0, 0))
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.literal("*3\r\n$6\r\nCLIENT\r\n$7\r\nCACHING\r\n")
            encoder.literal(isTracked ? "$3\r\nYES\r\n" : "$2\r\nNO\r\n")
        }
    }

    /// `CLIENT REPLY <ON | OFF | SKIP>`: says whether the server answers on this connection. Since 3.2.0.
    public struct REPLY: ConnectionCommand {
        /// What the server answers, where it does.
        public typealias Reply = OK

        /// What is answered.
        public enum Mode: Sendable {
            /// Everything, this command too.
            case on
            /// Nothing.
            case off
            /// Everything but this and the next command.
            case skip
        }

        /// What is answered.
        public var mode: Mode

        /// Says what is answered.
        public init(_ mode: Mode) { self.mode = mode }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT REPLY", flags: [.bindsConnection], idempotency: .idempotent, since: .init(3, 2, 0))
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.literal("*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n")
            switch mode {
            case .on: encoder.literal("$2\r\nON\r\n")
            case .off: encoder.literal("$3\r\nOFF\r\n")
            case .skip: encoder.literal("$4\r\nSKIP\r\n")
            }
        }
    }

    /// `CLIENT CAPA capability …`: says what the client can do, such as `redirect`. Since 8.0.0.
    public struct CAPA: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// What the client can do; what the server doesn't know, it ignores.
        public var capabilities: [String]

        /// Says what the client can do; at least one thing.
        public init(_ capabilities: [String]) { self.capabilities = capabilities }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT CAPA", flags: [.bindsConnection], idempotency: .idempotent, since: .init(8, 0, 0))
        }

        /// It is refused with an empty list.
        public var callMetadata: CommandMetadata {
            capabilities.isEmpty ? Self.metadata.adding(.lacksArguments) : Self.metadata
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.command(2 + capabilities.count)
            encoder.literal("$6\r\nCLIENT\r\n$4\r\nCAPA\r\n")
            for capability in capabilities { encoder.bulk(capability) }
        }
    }

    /// `CLIENT NO-EVICT <ON | OFF>`: keeps the server from ending this connection for want of memory. Since 7.0.0.
    public struct NO_EVICT: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// Whether it is switched on.
        public var isOn: Bool

        /// Switches it on or off.
        public init(_ isOn: Bool) { self.isOn = isOn }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT NO-EVICT", flags: [.bindsConnection], idempotency: .idempotent, since: .init(7, 0, 0))
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.literal("*3\r\n$6\r\nCLIENT\r\n$8\r\nNO-EVICT\r\n")
            encoder.literal(isOn ? "$2\r\nON\r\n" : "$3\r\nOFF\r\n")
        }
    }

    /// `CLIENT NO-TOUCH <ON | OFF>`: has the server not note that this connection has read a key. Since 7.2.0.
    public struct NO_TOUCH: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// Whether it is switched on.
        public var isOn: Bool

        /// Switches it on or off.
        public init(_ isOn: Bool) { self.isOn = isOn }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT NO-TOUCH", flags: [.bindsConnection], idempotency: .idempotent, since: .init(7, 2, 0))
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.literal("*3\r\n$6\r\nCLIENT\r\n$8\r\nNO-TOUCH\r\n")
            encoder.literal(isOn ? "$2\r\nON\r\n" : "$3\r\nOFF\r\n")
        }
    }

    /// `CLIENT IMPORT-SOURCE <ON | OFF>`: lets this connection read and write expired keys, of a server that imports. Since 8.1.0.
    public struct IMPORT_SOURCE: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// Whether it is switched on.
        public var isOn: Bool

        /// Switches it on or off.
        public init(_ isOn: Bool) { self.isOn = isOn }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "CLIENT IMPORT-SOURCE", flags: [.bindsConnection], idempotency: .idempotent, since: .init(8, 1, 0)
            )
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.literal("*3\r\n$6\r\nCLIENT\r\n$13\r\nIMPORT-SOURCE\r\n")
            encoder.literal(isOn ? "$2\r\nON\r\n" : "$3\r\nOFF\r\n")
        }
    }
}

extension SCRIPT {
    /// `SCRIPT DEBUG <YES | SYNC | NO>`: how the next script is executed. Since 3.2.0.
    public struct DEBUG: ConnectionCommand {
        /// What the server answers.
        public typealias Reply = OK

        /// How it is executed.
        public enum Mode: Sendable {
            /// Step by step in a process of its own, whose changes are lost.
            case forked
            /// Step by step, while the server serves nobody else.
            case synchronous
            /// As always.
            case off
        }

        /// How it is executed.
        public var mode: Mode

        /// Says how the next script is executed.
        public init(_ mode: Mode) { self.mode = mode }

        /// It binds state to its connection.
        public static var metadata: CommandMetadata {
            CommandMetadata(
                name: "SCRIPT DEBUG", flags: [.bindsConnection], idempotency: .idempotent, since: .init(3, 2, 0))
        }

        /// Appends the command.
        public func encode(into encoder: inout CommandEncoder) {
            encoder.literal("*3\r\n$6\r\nSCRIPT\r\n$5\r\nDEBUG\r\n")
            switch mode {
            case .forked: encoder.literal("$3\r\nYES\r\n")
            case .synchronous: encoder.literal("$4\r\nSYNC\r\n")
            case .off: encoder.literal("$2\r\nNO\r\n")
            }
        }
    }
}
