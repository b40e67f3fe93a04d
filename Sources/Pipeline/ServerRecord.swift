// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

package import Commands
internal import Synchronization

/// Remembers which server a client's connections lead to, for errors to say so. Asked only when there is an error.
package final class ServerRecord: Sendable {
    private let latest = Mutex<ServerIdentity?>(nil)

    package init() {}

    /// What the server said of itself when a connection was opened last; nil if it never did.
    package var identity: ServerIdentity? { latest.withLock { $0 } }

    func note(_ identity: ServerIdentity) { latest.withLock { $0 = identity } }

    /// The same error; of a command that the server doesn't know it says why.
    package func explaining(_ error: any Error) -> any Error {
        guard let error = error as? ServerError else { return error }
        return error.explained(by: identity)
    }
}
