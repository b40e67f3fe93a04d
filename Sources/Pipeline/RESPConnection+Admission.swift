// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Synchronization

/// Resumes a caller whose turn has come: it appends its request now. See `AdmissionLine`.
struct YourTurn: Error {
    /// The room that is kept for it.
    var bytes: Int
}

/// A request is larger than its call's `largestRequest`; nothing of it was sent.
struct RequestIsLarge: Error {}

extension RESPConnection.Core {
    /// The callers that there is room for now; call it when the load has become less.
    mutating func admit() -> [RESPConnection.Admitted] {
        guard !line.isEmpty else { return [] }
        var admitted: [RESPConnection.Admitted] = []
        while let next = line.next(load) { admitted.append(next) }
        return admitted
    }
}

extension RESPConnection {
    typealias Admitted = AdmissionLine<Recipient>.Admitted

    /// Resumes callers whose turn has come. Not under a lock that they take.
    func giveTurns(_ admitted: [Admitted]) {
        for next in admitted { fail(next.waiter, YourTurn(bytes: next.bytes)) }
    }

    /// Gives up one caller that waits for its turn. Says whether there was one.
    @discardableResult
    func removeFromLine(_ choose: (inout AdmissionLine<Recipient>) -> (Recipient, any Error)?) -> Bool {
        let (removed, admitted) = core.withLock { core in
            let removed = core.line.isEmpty ? nil : choose(&core.line)
            if removed != nil { core.recorder.note(.abandoned) }
            return (removed, core.admit())
        }
        giveTurns(admitted)
        guard let (recipient, error) = removed else { return false }
        fail(recipient, error)
        return true
    }
}
