// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// When a call began and when its request was given to a connection: what errors say about where the time went.
struct CallTimes: Sendable {
    var began = Moment(nanoseconds: 0)
    var appended = Moment(nanoseconds: 0)
}

extension FlightRecord.Call {
    /// Of a request that was in flight.
    init(_ times: CallTimes, _ certainty: ExecutionCertainty, at now: Moment) {
        self.init(
            stage: certainty == .notSent ? .unsent : .sent, elapsed: now - times.began,
            waited: times.appended - times.began)
    }

    /// Of a caller that waited for its turn.
    init(inLineSince began: Moment, at now: Moment) {
        self.init(stage: .inLine, elapsed: now - began, waited: now - began)
    }
}

extension FlightRecord {
    /// The error of a request whose deadline has passed.
    func timedOut(_ request: RequestQueue<RESPConnection.Recipient>.Abandoned, at now: Moment) -> ConnectionError {
        let certainty: ExecutionCertainty = request.isWithdrawn ? .notSent : .outcomeUnknown
        var call = Call(request.call, certainty, at: now)
        call.overdue = request.deadline.map { now - $0 } ?? .zero
        return .timedOut(certainty, of(call))
    }

    /// The same of a caller that waited for its turn.
    func timedOut(_ waiter: AdmissionLine<RESPConnection.Recipient>.Removed, at now: Moment) -> ConnectionError {
        var call = Call(inLineSince: waiter.began, at: now)
        call.overdue = waiter.deadline.map { now - $0 } ?? .zero
        return .timedOut(.notSent, of(call))
    }
}

extension RESPConnection.Core {
    /// What has happened up to now. Take it before the load is cleared.
    func flightRecord(at now: Moment) -> FlightRecord {
        var record = recorder.record(at: now)
        (record.inFlight, record.inLine, record.unsentBytes) = (queue.count, line.count, load.unsent)
        // Whoever streams reads by itself.
        if roles.reader == .stream { record.silence = nil }
        return record
    }
}

extension RESPConnection {
    /// What the connection has gone through up to now.
    func flightRecord(at now: Moment) -> FlightRecord { core.withLock { $0.flightRecord(at: now) } }
}
