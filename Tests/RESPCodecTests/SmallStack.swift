// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Dispatch
internal import Foundation
internal import Synchronization

/// Calls `body` on a thread with a stack of 256 KiB, and waits for it: what needs a stack frame per level of a million
/// ends the program there.
func onSmallStack<R: Sendable>(_ body: @escaping @Sendable () throws -> R) throws -> R {
    let outcome = Outcome<R>()
    let isDone = DispatchSemaphore(value: 0)
    let thread = Thread {
        let result = Result { try body() }
        outcome.value.withLock { $0 = result }
        isDone.signal()
    }
    thread.stackSize = 256 << 10
    thread.start()
    isDone.wait()
    return try outcome.value.withLock { try $0.get() }
}

/// Throws if `holds` is false: on a thread of its own, `#expect` doesn't know which test it belongs to.
func verify(_ holds: Bool, line: Int = #line) throws(VerificationError) {
    if !holds { throw VerificationError(line: line) }
}

struct VerificationError: Error, CustomStringConvertible {
    let line: Int

    var description: String { "what is verified in line \(line) doesn't hold" }
}

/// What a thread leaves behind.
private final class Outcome<R: Sendable>: Sendable {
    struct Missing: Error {}

    let value = Mutex<Result<R, any Error>>(.failure(Missing()))
}
