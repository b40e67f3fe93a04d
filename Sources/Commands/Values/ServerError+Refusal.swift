// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension ServerError {
    /// What it means for a command that the server refused it before it ran.
    @frozen public enum Refusal: Hashable, Sendable {
        /// The server can't serve it now and will in a while: `LOADING`, `BUSY`, `TRYAGAIN`, `CLUSTERDOWN`, `MASTERDOWN`,
        /// `NOREPLICAS`.
        case notNow
        /// Another server must be asked: `READONLY`, `REDIRECT`, `MOVED`, `ASK`.
        case notHere
        /// It stays refused until somebody changes something: `NOPERM`, `NOAUTH`, `WRONGPASS`, `OOM`, `MISCONF`,
        /// `CROSSSLOT`, `EXECABORT`.
        case notAllowed
    }

    /// Why the command had no effect at all, or `nil` where the code alone does not prove that it had none.
    ///
    /// A script may answer with any code after it has written something: of `EVAL`, `EVALSHA` and `FCALL` this proves
    /// nothing. `WRONGTYPE` and `ERR` are answers to what was asked rather than refusals.
    public var refusal: Refusal? {
        switch code {
        case .loading, .busy, .tryAgain, .clusterDown, .primaryDown, .noReplicas: .notNow
        case .readOnly, .redirect, .moved, .ask: .notHere
        case .noPermission, .authenticationRequired, .wrongPassword, .outOfMemory, .misconfigured, .crossSlot,
            .transactionAborted:
            .notAllowed
        default: nil
        }
    }
}
