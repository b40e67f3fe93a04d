// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A client that is replayed to said something else than the one that was recorded.
struct ReplayMismatch: Error, Hashable, CustomStringConvertible {
    /// Where its bytes begin to differ, counted from the first that it has sent.
    var offset: Int
    /// What the capture has there, and what the client has sent: up to 32 bytes each, from the same place on.
    var expected: [UInt8]
    var sent: [UInt8]

    var description: String {
        func quoted(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }
        let capture = expected.isEmpty ? "the capture has ended" : "the capture has \(quoted(expected))"
        return "at byte \(offset) the client sent \(quoted(sent)), where \(capture)"
    }
}

/// Plays a capture back: a reply is said as soon as all commands before it were, however they are cut now.
struct Playback {
    private let capture: Capture
    private var turn = 0
    private var sent = 0
    private var replied = 0

    init(_ capture: Capture) {
        self.capture = capture
        passTurns()
    }

    /// Takes what the client has sent.
    mutating func send(_ bytes: [UInt8]) throws(ReplayMismatch) {
        let expected = capture.commands[sent...].prefix(bytes.count)
        guard expected.elementsEqual(bytes) else {
            let same = zip(expected, bytes).prefix { $0 == $1 }.count
            throw ReplayMismatch(
                offset: sent + same, expected: Array(capture.commands[(sent + same)...].prefix(32)),
                sent: Array(bytes[same...].prefix(32)))
        }
        sent += bytes.count
        passTurns()
    }

    /// The next bytes to be read; none if the client has to say something first, or at the end of the capture.
    mutating func read(atMost limit: Int) -> [UInt8] {
        guard turn < capture.turns.count, capture.turns[turn].direction == .reply else { return [] }
        let end = capture.turns[turn].offset + capture.turns[turn].count
        let bytes = capture.replies[replied..<min(end, replied + limit)]
        replied += bytes.count
        passTurns()
        return Array(bytes)
    }

    /// Goes to the first turn that is not over.
    private mutating func passTurns() {
        while turn < capture.turns.count {
            let end = capture.turns[turn].offset + capture.turns[turn].count
            if (capture.turns[turn].direction == .command ? sent : replied) < end { return }
            turn += 1
        }
    }
}
