// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Why a test's server could not be had or asked. Meant to be read by a person: it fails the test.
public enum TestServerError: Error, Sendable, CustomStringConvertible {
    /// There is no program of this line; `Scripts/servers` gets one.
    case missingBinary(ServerVersion)
    /// A system call failed.
    case system(operation: String, errno: Int32)
    /// The server ended, or did not answer in time; `log` is the end of its log.
    case notReady(reason: String, log: String)
    /// The server answered with an error reply.
    case errorReply(command: String, message: String)
    /// The connection ended inside a reply, or what came was no RESP.
    case brokenReply(String)
    /// A condition was not met within the time given.
    case timedOut(waitingFor: String)

    /// One sentence, with what to do about it.
    public var description: String {
        switch self {
        case .missingBinary(let version): "no \(version) server in .servers nor on PATH: run Scripts/servers"
        case .system(let operation, let errno): "\(operation) failed with errno \(errno)"
        case .notReady(let reason, let log): "the server is not ready: \(reason)\n\(log)"
        case .errorReply(let command, let message): "\(command) was answered with the error \(message)"
        case .brokenReply(let what): "broken reply: \(what)"
        case .timedOut(let what): "timed out waiting for \(what)"
        }
    }
}
