// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What is to go wrong on one connection, in each direction, and the seed of all that is left to chance.
///
/// ```swift
/// let plan = FaultPlan(
///     seed: 7, sending: [.split(into: 1...3)],
///     receiving: [.delay(.zero ... .milliseconds(200)), .reset(.after(1000))])
/// ```
///
/// Faults of one direction work together, and where several happen at one byte they do so in the order of the list.
public struct FaultPlan: Hashable, Sendable {
    /// The seed. Each fault draws from a sequence of its own, so that adding one leaves the others as they were.
    public var seed: UInt64
    /// What happens to the bytes that the transport's owner writes.
    public var sending: [Fault]
    /// What happens to the bytes that it reads.
    public var receiving: [Fault]
    /// What happens to the attempt to connect; only a connector looks at it.
    public var connecting: ConnectFault?

    /// Makes a plan; without arguments nothing goes wrong.
    public init(
        seed: UInt64 = 0, sending: [Fault] = [], receiving: [Fault] = [], connecting: ConnectFault? = nil
    ) {
        self.seed = seed
        self.sending = sending
        self.receiving = receiving
        self.connecting = connecting
    }

    /// The same faults in both directions.
    public static func both(seed: UInt64 = 0, _ faults: [Fault]) -> FaultPlan {
        FaultPlan(seed: seed, sending: faults, receiving: faults)
    }

    /// The faults of a direction.
    public subscript(direction: FaultDirection) -> [Fault] {
        get { direction == .sending ? sending : receiving }
        set {
            switch direction {
            case .sending: sending = newValue
            case .receiving: receiving = newValue
            }
        }
    }

    /// A stream that does to one direction's bytes what the plan says.
    ///
    /// - Parameters:
    ///   - direction: which one.
    ///   - capacity: bytes that it holds at most before its sender has to wait.
    public func makeStream(_ direction: FaultDirection, capacity: Int = 64 * 1024) -> FaultyStream {
        FaultyStream(self[direction], seed: seed ^ (direction == .sending ? 0 : 1 << 63), capacity: capacity)
    }
}

/// What goes wrong with an attempt to connect.
@nonexhaustive
public enum ConnectFault: Hashable, Sendable {
    /// It is refused at once.
    case refuse
    /// It never ends, until its task is cancelled.
    case hang
    /// It begins so much later, a time drawn from the range.
    case delay(ClosedRange<Duration>)
}

/// A direction of a connection, as seen by the side that the faults were set on: for a proxy, the client's.
public enum FaultDirection: String, CaseIterable, Hashable, Sendable {
    /// From this side to its peer.
    case sending
    /// From the peer to this side.
    case receiving
}
