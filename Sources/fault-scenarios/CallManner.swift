// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ToolkitTesting

/// How the load makes its calls: in what time, and how many of them are given up.
struct CallManner: Sendable {
    /// What each call may take, drawn from the range; `nil` is the client's own timeout.
    var timeout: ClosedRange<Duration>?
    /// The share of the calls that are cancelled, 0 to 1.
    var cancelled = 0.0
    /// How long after a call's beginning it is cancelled, drawn from the range.
    var cancelledAfter: ClosedRange<Duration> = .zero ... .zero

    /// The terms of the next call.
    func terms(_ generator: inout SeededGenerator) -> CallTerms {
        CallTerms(
            timeout: timeout.map { generator.next(in: $0) },
            cancelledAfter: generator.nextUnit() < cancelled ? generator.next(in: cancelledAfter) : nil)
    }
}

/// How one call is made.
struct CallTerms: Sendable {
    /// What it may take; `nil` is the client's own timeout.
    var timeout: Duration?
    /// When its task is cancelled; `nil` lets it end by itself.
    var cancelledAfter: Duration?
}
