// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ToolkitTesting
internal import Transport

/// One direction of a proxied connection: reads from one side, lets faults happen, writes to the other.
struct ProxyPipe {
    /// What it waits for, or what must become of the connection.
    enum Need: Equatable {
        case nothing
        case reset
    }

    /// What the connection's driver must wait for on behalf of this direction.
    struct Interest {
        var readsSource = false
        var writesSink = false
        var wakeAt: ContinuousClock.Instant?
        /// There was no room to read more, and now there is.
        var runsAgain = false
    }

    private let source: SocketTransport
    private let sink: SocketTransport
    private var stream: FaultyStream
    private var finder: PatternFinder?
    /// What is sought in all that is read, each with how far it was found.
    private var sought: [(pattern: [UInt8], finder: PatternFinder)]
    private let tellOfSighting: @Sendable ([UInt8]) -> Void
    private let holdsPatternBack: Bool
    private let patternLength: Int
    /// Bytes that may be the beginning of a pattern that is to be held back.
    private var held: [UInt8] = []
    private var sourceEnded = false
    /// The sender's side was reset: so is the receiver's, behind what arrives before.
    private var endsByReset = false
    private(set) var interest = Interest()
    private(set) var hasFinished = false
    /// The trigger's pattern has passed, or stands in front.
    private(set) var wasTriggered = false

    init(
        from source: SocketTransport, to sink: SocketTransport, stream: FaultyStream, trigger: FaultTrigger?,
        sought: [[UInt8]], whenSeen tellOfSighting: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.source = source
        self.sink = sink
        self.stream = stream
        finder = trigger.map { PatternFinder($0.pattern) }
        self.sought = sought.map { ($0, PatternFinder($0)) }
        self.tellOfSighting = tellOfSighting
        holdsPatternBack = trigger?.before ?? false
        patternLength = trigger?.pattern.count ?? 0
    }

    mutating func setFaults(_ faults: [Fault], at now: ContinuousClock.Instant) {
        stream.setFaults(faults, at: now)
    }

    /// Moves what can be moved now.
    mutating func run(at now: ContinuousClock.Instant, buffer: inout [UInt8]) -> Need {
        interest = Interest()
        read(at: now, buffer: &buffer)
        let wasFull = stream.room <= held.count
        let need = write(at: now)
        interest.runsAgain = wasFull && stream.room > held.count && !sourceEnded
        return need
    }

    private mutating func read(at now: ContinuousClock.Instant, buffer: inout [UInt8]) {
        while !sourceEnded, !wasTriggered, stream.room > held.count {
            let room = min(stream.room - held.count, buffer.capacity)
            var result = ReadResult.wouldBlock
            do throws(TransportError) {
                buffer.removeAll(keepingCapacity: true)
                try buffer.append(addingCapacity: room) { (output) throws(TransportError) in
                    result = try source.tryRead(into: &output)
                }
            } catch {
                endsByReset = true
                result = .endOfStream
            }
            switch result {
            case .wouldBlock:
                interest.readsSource = true
                return
            case .endOfStream:
                sourceEnded = true
                flushHeld(at: now)
                stream.finish(at: now)
            case .bytes: take(buffer.span, at: now)
            }
        }
    }

    /// Bytes go into the stream. Those behind a trigger's pattern, or from its beginning on, wait until the driver has
    /// set the faults.
    private mutating func take(_ bytes: Span<UInt8>, at now: ContinuousClock.Instant) {
        for index in sought.indices where sought[index].finder.find(in: bytes) != nil {
            tellOfSighting(sought[index].pattern)
        }
        guard finder != nil else { return stream.append(bytes, at: now) }
        let end = finder?.find(in: bytes)
        let start = held.count
        for index in bytes.indices { held.append(bytes[index]) }
        var passing = held.count
        if let end {
            passing = start + end - (holdsPatternBack ? patternLength : 0)
            (wasTriggered, finder) = (true, nil)
        } else if holdsPatternBack {
            passing -= finder?.matched ?? 0
        }
        let passed = Array(held[..<passing])
        held.removeFirst(passing)
        stream.append(passed.span, at: now)
    }

    /// After the faults of the trigger were set: what was held back follows.
    mutating func resume(at now: ContinuousClock.Instant) {
        wasTriggered = false
        flushHeld(at: now)
    }

    private mutating func flushHeld(at now: ContinuousClock.Instant) {
        let bytes = held
        held = []
        if !bytes.isEmpty { stream.append(bytes.span, at: now) }
    }

    private mutating func write(at now: ContinuousClock.Instant) -> Need {
        let sink = sink
        while !hasFinished {
            switch stream.step(at: now) {
            case .bytes:
                let count: Int
                do throws(TransportError) {
                    count = try stream.takeBytes { bytes throws(TransportError) in try sink.tryWrite(bytes) }
                } catch {
                    return .reset
                }
                if count == 0 {
                    interest.writesSink = true
                    return .nothing
                }
            case .wait(let instant):
                interest.wakeAt = instant
                return .nothing
            case .nothing: return .nothing
            case .finish:
                hasFinished = true
                if endsByReset { return .reset }
                try? sink.finishWriting()
            case .reset: return .reset
            }
        }
        return .nothing
    }
}
