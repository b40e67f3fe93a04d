// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// An error that says what a sequence of many calls may expect of the next one. Higher layers' errors conform.
package protocol CallLoss: Error {
    /// nil if calling again can't help.
    var outlook: CallOutlook? { get }
}

/// What became of a call that got no reply, for whoever would make it again.
@frozen package enum CallOutlook: Hashable, Sendable {
    /// It may be better next time, and nobody has waited: not to be tried again without end.
    case retry
    /// A deadline has passed, so trying again and again is slow enough.
    case waited
}

/// Decides how long a sequence puts up with calls that fail. Pure.
package struct CallPatience {
    /// The most failures in a row that took no time.
    package static let limit = 16
    /// nil until the server has answered once: a wrong address or password is to be seen at once.
    private var failures: Int?

    package init() {}

    package mutating func succeeded() { failures = 0 }

    /// The server is there, whatever it says.
    package mutating func answered() { failures = failures ?? 0 }

    /// Whether to call again.
    package mutating func lasts(_ outlook: CallOutlook?) -> Bool {
        guard let outlook, var failures else { return false }
        if outlook == .retry { failures += 1 }
        self.failures = failures
        return failures < Self.limit
    }

    /// What an error says of the next call.
    package static func outlook(after error: any Error) -> CallOutlook? {
        switch error {
        case let loss as any CallLoss: loss.outlook
        // A stream's reader waits for a server to load, to be promoted, or for its slot to settle.
        case let refusal as ServerError: refusal.refusal == .notNow || refusal.refusal == .notHere ? .retry : nil
        default: nil
        }
    }
}
