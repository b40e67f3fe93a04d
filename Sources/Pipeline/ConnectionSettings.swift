// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// How one connection behaves, whoever it talks to.
public struct ConnectionSettings: Sendable {
    /// What the peer may announce and send.
    public var limits: RESPLimits
    /// Up to which round trip a caller of an idle connection waits for its reply on its own thread. The pump of a busy
    /// connection waits for up to half as long. It saves two changes of thread per call where round trips are shorter than this;
    /// where they are longer, the connection notices and stops. A single wait is bounded by the transport
    /// (`ReadinessTransport.readWaiting`), and never happens on the main actor. Zero turns it off.
    ///
    /// A thread that waits does nothing else: choose less for a service that keeps all its cores busy with other work while
    /// its server is slow to answer, more where the latency of lone calls counts most.
    public var inlineWait: Duration
    /// A connection unused for so long is looked at, with one system call and no round trip, before it is used again:
    /// an end of stream that came meanwhile then costs nobody a command, and a reply that nobody asked for answers
    /// nobody. Zero looks before every command that finds the connection idle.
    public var probeAfter: Duration
    /// How long nothing may be received while a reply is owed. Then the connection is taken for dead: whoever waits gets
    /// ``ConnectionError/closed(_:_:)`` with ``CloseReason/silent(for:)``, and the next call a new connection. It is
    /// noticed within twice this time.
    ///
    /// Replies to calls that were given up don't count while more are owed: the connection serves nobody. So it is where a
    /// reply got lost, for every later one answers the call before.
    ///
    /// Choose it longer than the slowest command takes; those that block by their arguments are excepted. `nil` waits
    /// as long as TCP does.
    public var silenceLimit: Duration?
    /// How long nothing may be received on a shared connection that owes no reply, before it is sent a PING that nobody waits
    /// for: so that a peer which has vanished is found before the next call, and boxes on the way don't forget the
    /// connection. With ``silenceLimit``, such a peer is found within one and a half times both together. `nil` sends none.
    ///
    /// Exclusive connections are pinged when they are asked for, see ``NodeConfiguration/probeAfterSilence``; those of
    /// subscriptions ping by themselves.
    public var keepalive: Duration?
    /// The most requests that wait for their replies at a time, abandoned ones included; a batch is one. Whoever calls
    /// beyond that waits for a turn, in the order of calling, until its deadline; nothing is encoded or sent meanwhile.
    /// At least 1.
    public var maximumInFlight: Int
    /// The most bytes that wait to be written. A request that doesn't fit waits for its turn in the same line; one that
    /// is larger than this alone goes when nothing else is unsent.
    public var maximumUnsentBytes: Int
    /// The most callers that wait for their turn. One more is refused with
    /// ``ConnectionError/overloaded(waiting:unsentBytes:)``.
    public var maximumWaiting: Int
    /// Whether the connection proves that replies and requests are in step, by ECHOs of random numbers behind requests. A
    /// wrong one ends the connection with ``CloseReason/outOfStep``; whoever waits gets an unknown outcome.
    ///
    /// It costs about as much as one more small command each time, and needs the permission to ECHO. Values that are streamed
    /// and the calls within `withConnection` are not proven.
    public var integrity: IntegrityCheck
    /// How many events each connection remembers, for the ``FlightRecord`` of its errors; rounded up to a power of two,
    /// at most 1024, 48 bytes each. Zero remembers only totals.
    public var flightRecorderEvents: Int

    /// Creates settings; each has a default that suits most services.
    public init(
        limits: RESPLimits = .client, inlineWait: Duration = .microseconds(200),
        probeAfter: Duration = .milliseconds(1), silenceLimit: Duration? = .seconds(15),
        keepalive: Duration? = .seconds(30),
        maximumInFlight: Int = 16_384, maximumUnsentBytes: Int = 16 << 20, maximumWaiting: Int = 65_536,
        integrity: IntegrityCheck = .off, flightRecorderEvents: Int = 32
    ) {
        self.limits = limits
        self.inlineWait = inlineWait
        self.probeAfter = probeAfter
        self.silenceLimit = silenceLimit
        self.keepalive = keepalive
        self.maximumInFlight = maximumInFlight
        self.maximumUnsentBytes = maximumUnsentBytes
        self.maximumWaiting = maximumWaiting
        self.integrity = integrity
        self.flightRecorderEvents = flightRecorderEvents
    }
}

/// What a connection is for, which decides how its frames are told apart.
package enum ConnectionMode: Sendable, Equatable {
    /// Replies, and RESP3 pushes between them.
    case commands
    /// Messages and confirmations come as pushes, or as RESP2 arrays that begin with their kind.
    case subscriber
    /// After MONITOR: one simple string per command that the server executes.
    case monitor
}
