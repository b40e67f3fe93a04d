// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What one connection had gone through when an error was made, so that the error says why and where the time was spent.
///
/// It holds numbers and times only: no key, no value, nothing else of what was sent or received. Times are counted back
/// from the moment of the record. Printed, it is one line; `debugDescription` adds the events, a line each.
public struct FlightRecord: Hashable, Sendable {
    /// One event, or several of a kind in a row.
    public struct Event: Hashable, Sendable {
        /// What happened.
        @nonexhaustive
        public enum Kind: UInt8, Hashable, Sendable {
            /// The connection was made and its handshake done.
            case opened
            /// Requests were given to the connection.
            case requests
            /// Reads brought bytes; `count` is how many whole replies were among them.
            case replies
            /// The server sent pushes.
            case pushes
            /// The transport took no more bytes for a while.
            case blocked
            /// Callers had to wait for their turn (`ConnectionSettings.maximumInFlight`, `maximumUnsentBytes`).
            case inLine
            /// Callers gave up: they were cancelled, or their deadline had passed.
            case abandoned
            /// The connection asked for a sign of life (`ConnectionSettings.keepalive`).
            case keepalive
        }

        /// What happened.
        public var kind: Kind
        /// How often.
        public var count: Int
        /// How many bytes were concerned, for requests and replies.
        public var bytes: Int
        /// How long ago the first of them was, at most.
        public var first: Duration
        /// How long ago the last of them was, at most.
        public var last: Duration
    }

    /// What befell the call that the error belongs to; of one that was made several times, the last time.
    public struct Call: Hashable, Sendable {
        /// Where it was.
        public enum Stage: Hashable, Sendable {
            /// It waited for its turn on a connection that had enough to do.
            case inLine
            /// Its request was not sent, or not all of it: the server took no more bytes.
            case unsent
            /// Its request was sent, and the reply had not come.
            case sent
        }

        /// Where it was.
        public var stage: Stage
        /// How long ago it began.
        public var elapsed: Duration
        /// How much of that had passed when its request was given to the connection: for a connection, or for a turn.
        public var waited: Duration
        /// How late its deadline was noticed: this process, or its machine, was too busy.
        public var overdue = Duration.zero
    }

    /// The last events, oldest first; see `ConnectionSettings.flightRecorderEvents`.
    public var events: [Event]
    /// Requests that the connection was ever given; a batch is one.
    public var requests: Int
    /// Replies that it ever got; those of a batch count each.
    public var replies: Int
    /// How old the connection was.
    public var age: Duration
    /// How long nothing had been received, at least; `nil` where a value was being streamed, whose reader isn't watched.
    public var silence: Duration?
    /// Requests whose replies were owed, abandoned ones included.
    public var inFlight = 0
    /// Callers that waited for their turn.
    public var inLine = 0
    /// Bytes that were not handed to the transport yet.
    public var unsentBytes = 0
    /// The call that the error belongs to; `nil` where it belongs to none.
    public var call: Call?

    func of(_ call: Call) -> FlightRecord {
        var record = self
        record.call = call
        return record
    }
}

extension FlightRecord: CustomStringConvertible, CustomDebugStringConvertible {
    /// One line for people.
    public var description: String {
        var parts: [String] = call.map { ["\($0)"] } ?? []
        if let silence {
            parts.append(
                silence > .zero ? "nothing received for \(silence.brief)" : "bytes received since the last call")
        }
        parts.append("\(requests) requests and \(replies) replies in \(age.brief)")
        if inFlight > 0 { parts.append("\(inFlight) in flight") }
        if inLine > 0 { parts.append("\(inLine) in line") }
        if unsentBytes > 0 { parts.append("\(unsentBytes) bytes unsent") }
        return parts.joined(separator: ", ")
    }

    /// The same, and a line for each event.
    public var debugDescription: String {
        ([description] + events.map { "  \($0)" }).joined(separator: "\n")
    }
}

extension FlightRecord.Event: CustomStringConvertible {
    /// When, how often and what.
    public var description: String {
        let time = first == last ? "\(first.brief) ago" : "\(first.brief) to \(last.brief) ago"
        let what =
            switch kind {
            case .opened: "opened"
            case .requests: "requests: \(count), \(bytes) bytes"
            case .replies: "replies: \(count), \(bytes) bytes"
            case .pushes: "pushes: \(count)"
            case .blocked: "the transport was full: \(count)"
            case .inLine: "in line for a turn: \(count)"
            case .abandoned: "gave up: \(count)"
            case .keepalive: "keepalive: \(count)"
            }
        return "\(time): \(what)"
    }
}

extension FlightRecord.Call: CustomStringConvertible {
    /// Where the time was spent.
    public var description: String {
        let late = overdue >= .milliseconds(20) ? ", noticed \(overdue.brief) late by a busy process" : ""
        let waited = waited >= .milliseconds(1) ? " after \(waited.brief) for a connection and a turn" : ""
        return switch stage {
        case .inLine: "in line for a turn for \(elapsed.brief)\(late)"
        case .unsent: "unsent for \((elapsed - self.waited).brief)\(waited)\(late)"
        case .sent: "sent \((elapsed - self.waited).brief) ago\(waited)\(late)"
        }
    }
}

extension Duration {
    /// For people: `4.7 s`, `12.0 ms`, `340 µs`.
    var brief: String {
        let nanoseconds = wholeNanoseconds
        func tenths(_ unit: Int64) -> String { "\(nanoseconds / unit).\(abs(nanoseconds % unit) * 10 / unit)" }
        return switch nanoseconds.magnitude {
        case 1_000_000_000...: "\(tenths(1_000_000_000)) s"
        case 1_000_000...: "\(tenths(1_000_000)) ms"
        case 1_000...: "\(nanoseconds / 1_000) µs"
        default: "\(nanoseconds) ns"
        }
    }
}
