// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Transport

/// A transport on which things go wrong by a plan: it decorates any other and is used in its place.
///
/// ```swift
/// let plan = FaultPlan(seed: 7, receiving: [.split(into: 1...3), .reset(.after(1000))])
/// let transport = FaultInjectingTransport(try await connector.connect(to: endpoint), plan: plan)
/// ```
///
/// With the same plan and the same bytes the same things go wrong, at the same bytes; ``log(of:)`` has them for the message
/// of a test that fails, and the description has all of it. What takes time takes it on the clock of the options.
///
/// Bytes that are sent leave by themselves when they are due: they have arrived, for a fault, when the transport below has
/// taken them. Bytes to be received are looked at when somebody reads or
/// waits to read, and their delays count from then. In each direction the transport holds as many bytes as the options say;
/// ``close()`` drops them.
public final class FaultInjectingTransport: ReadinessTransport {
    /// What a fault-injecting transport works with.
    public struct Options: Sendable {
        /// Bytes that each direction holds before its writer has to wait.
        public var capacity = 64 * 1024
        /// Where readiness handlers run.
        public var scheduler = InMemoryScheduler.tasks
        /// The present moment.
        public var now: @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
        /// Returns at a moment, or throws when its task is cancelled.
        public var sleep: @Sendable (ContinuousClock.Instant) async throws -> Void = {
            try await Task.sleep(until: $0, clock: .continuous)
        }

        /// Makes options with the defaults named at each: real time.
        public init() {}

        /// Makes options whose time is a manual clock's.
        public init(clock: ManualClock) {
            now = { clock.now }
            sleep = { try await clock.sleep(until: $0) }
        }
    }

    /// What was to go wrong when the transport was made.
    public let plan: FaultPlan
    private let injection: FaultInjection
    /// Is told the description when the transport is closed for the first time.
    private let keepDescription: (@Sendable (String) -> Void)?

    /// Takes over a transport that has no readiness handler yet.
    public convenience init(_ base: any ReadinessTransport, plan: FaultPlan, options: Options = Options()) {
        self.init(base, plan: plan, options: options, keepDescription: nil)
    }

    init(
        _ base: any ReadinessTransport, plan: FaultPlan, options: Options,
        keepDescription: (@Sendable (String) -> Void)?
    ) {
        self.plan = plan
        self.keepDescription = keepDescription
        injection = FaultInjection(base, plan, options)
        injection.start()
    }

    deinit {
        close()
    }

    // MARK: What the test does

    /// Changes what goes wrong in one direction from now on, or in both. Places count from the bytes that were written
    /// so far; what was held back arrives at once. An end stays.
    ///
    /// ```swift
    /// transport.setFaults([.stall(.now)])     // until told otherwise
    /// transport.setFaults([])
    /// ```
    public func setFaults(_ faults: [Fault], for direction: FaultDirection? = nil) {
        injection.setFaults(faults, direction)
    }

    /// What was done to a direction so far.
    public func log(of direction: FaultDirection) -> FaultLog { injection.log(of: direction) }

    // MARK: The readiness core

    /// Appends bytes that have arrived, of one piece at most.
    public func tryRead(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try injection.read(into: &buffer)
    }

    /// Takes bytes on their way. What the transport below says of them is told by a later call.
    public func tryWrite(_ bytes: Span<UInt8>) throws(TransportError) -> Int {
        try injection.write(bytes)
    }

    /// Ends the sending direction behind what is on its way.
    public func finishWriting() throws(TransportError) {
        try injection.finishWriting()
    }

    /// False: what is to arrive may have to be waited for by a clock.
    public var canWaitInline: Bool { false }

    /// Doesn't wait.
    public func readWaiting(into buffer: inout OutputSpan<UInt8>) throws(TransportError) -> ReadResult {
        try tryRead(into: &buffer)
    }

    /// Sets what the scheduler of the options is to call when an armed interest holds.
    public func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
        injection.setHandler(handler)
    }

    /// Arms an interest.
    public func arm(_ interest: Readiness) {
        injection.arm(interest)
    }

    /// Closes the transport below. Bytes on their way are dropped.
    public func close() {
        if injection.close() { keepDescription?(description) }
    }
}

extension FaultInjectingTransport: CustomStringConvertible {
    /// The seed and what was done in each direction, a line for each event.
    public var description: String {
        let logs = FaultDirection.allCases.map { ($0, log(of: $0)) }.filter { $0.1.count > 0 }
        let lines = logs.flatMap { direction, log in
            log.description.split(separator: "\n").map { "  \(direction.rawValue) \($0)" }
        }
        return (["faults by seed \(plan.seed)\(lines.isEmpty ? ": none" : "")"] + lines).joined(separator: "\n")
    }
}
