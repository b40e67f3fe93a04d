// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// How one subscription is reported and buffered.
public struct SubscriptionOptions: Hashable, Sendable {
    /// Events besides messages and gaps.
    public struct Reports: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Reports of these bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The server's confirmations, each with the count it sends.
        public static let confirmations = Reports(rawValue: 1)
        /// The loss of the connection, when it happens; the gap, which is always reported, comes when it is restored.
        public static let interruptions = Reports(rawValue: 2)
    }

    /// How far the subscriber may fall behind, and what happens then.
    public var buffer: BufferPolicy
    /// Which further events are wanted; none by default.
    public var reports: Reports

    /// Options; by default messages and gaps only, the oldest messages dropped when the buffer is full.
    public init(buffer: BufferPolicy = BufferPolicy(), reports: Reports = []) {
        self.buffer = buffer
        self.reports = reports
    }
}

/// Where a subscription's events go.
package struct SubscriptionSink: Sendable {
    let channel: EventChannel<PubSubEvent>
    let reports: SubscriptionOptions.Reports

    init(_ options: SubscriptionOptions) {
        channel = EventChannel(options.buffer)
        reports = options.reports
    }

    /// As `EventChannel.put`, for events that the subscriber wants to hear of.
    func put(_ event: PubSubEvent) -> EventChannel<PubSubEvent>.Served? {
        switch event {
        case .message(let message): channel.put(event, bytes: message.cost)
        case .gap: channel.put(event, bytes: 0, isMessage: false)
        case .interrupted:
            reports.contains(.interruptions) ? channel.put(event, bytes: 0, isMessage: false) : nil
        case .subscribed, .unsubscribed:
            reports.contains(.confirmations) ? channel.put(event, bytes: 0, isMessage: false) : nil
        }
    }
}
