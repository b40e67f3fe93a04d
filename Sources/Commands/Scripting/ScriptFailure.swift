// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Where a script or a function failed, as far as the server says it.
public struct ScriptFailure: Hashable, Sendable {
    /// What was going on.
    @frozen public enum Phase: Hashable, Sendable {
        /// It can't be read, so nothing ran.
        case compiling
        /// It ran up to this line. What it wrote before stays.
        case running
    }

    /// What was going on.
    public let phase: Phase
    /// The line of the text, counted from 1.
    public let line: Int
    /// The script's digest or the function's name, where the server says it: Valkey 9 doesn't.
    public let script: String?
}

extension ServerError {
    /// Where the script or the function failed that this is the error of; nil for other errors, and for those that a script
    /// returned as its reply.
    ///
    /// The rest is what the failing command answered: a `WRONGTYPE` within a script has that ``code``.
    public var scriptFailure: ScriptFailure? { ScriptFailure(message) }

    /// A server has refused a digest because it doesn't know it. By its words: a script may answer with any code after it
    /// has written, and must not run again for that.
    var isUnknownDigest: Bool { code == .noScript && message.hasPrefix("NOSCRIPT No matching script") }
}

extension ScriptFailure {
    /// From `… script: NAME, on @user_script:LINE.`, `… script: on @user_script:LINE.` or `… compiling …user_script:LINE: …`.
    init?(_ message: String) {
        if let place = message.firstRange(of: " on @user_"), message.last == "." {
            let words = message[place.upperBound...].dropLast().split(separator: ":")
            guard words.count == 2, let line = Int(words[1]) else { return nil }
            // `NAME,`, or `script:` where there is no name.
            let word = message[..<place.lowerBound].split(separator: " ").last
            self.init(phase: .running, line: line, script: word?.last == "," ? word.map { String($0.dropLast()) } : nil)
        } else if message.hasPrefix("ERR Error compiling "), let place = message.firstRange(of: ": user_") {
            let words = message[place.upperBound...].split(separator: ":", maxSplits: 2)
            guard words.count > 1, let line = Int(words[1]) else { return nil }
            self.init(phase: .compiling, line: line, script: nil)
        } else {
            return nil
        }
    }
}
