// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Something that goes wrong in one direction of a byte stream.
///
/// Most faults have a ``Place``, counted in bytes that the sender has written; so the same seed does the same to the same
/// bytes, however they are cut into calls. Values out of range are taken as the nearest that make sense: a probability of
/// 2 as 1, pieces of 0 bytes as pieces of 1.
@nonexhaustive
public enum Fault: Hashable, Sendable {
    // What changes no byte.

    /// Bytes arrive so much later than they were written: a time drawn for each write, without changing their order.
    case delay(ClosedRange<Duration>)
    /// Bytes that are written within a time arrive together at its end. The first byte starts it.
    case coalesce(within: Duration)
    /// Bytes arrive in pieces of a size drawn for each: `1...1` makes every byte a piece.
    case split(into: ClosedRange<Int>)
    /// No more than so many bytes arrive in a second.
    case throttle(bytesPerSecond: Int)

    // What changes bytes.

    /// One bit of a byte, drawn, is inverted.
    case corrupt(Place)
    /// So many bytes, drawn from the range, don't arrive.
    case drop(Place, count: ClosedRange<Int> = 1...1)
    /// So many bytes, drawn from the range, arrive twice: behind their last one all of them come again.
    case duplicate(Place, count: ClosedRange<Int> = 1...1)
    /// Bytes arrive that nobody wrote.
    case insert(Place, [UInt8])

    // What ends the stream, or holds it up.

    /// The connection is reset, in both directions, once the bytes before have arrived.
    case reset(Place)
    /// This direction ends once the bytes before have arrived. Later ones are taken and lost.
    case finish(Place)
    /// Nothing arrives any more, for a time or until the faults are changed; then all of it does, late. Meanwhile the
    /// sender can write until buffers are full: what a network does that loses its route.
    case stall(Place, for: Duration? = nil)
    /// Bytes are taken and lost, for a time or until the faults are changed: the sender notices nothing, not even that
    /// nobody reads. The end of the stream is not lost; it is told when the time is over.
    case blackHole(Place, for: Duration? = nil)

    /// Where in the stream a fault happens.
    public enum Place: Hashable, Sendable {
        /// Once, behind so many bytes, counted from when the fault was set.
        case after(Int)
        /// At each byte with this probability, 0 to 1, drawn from the seed.
        case probability(Double)

        /// Once, at once.
        public static let now = Place.after(0)
    }
}
