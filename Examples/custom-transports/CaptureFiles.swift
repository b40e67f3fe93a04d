// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ExampleSupport
internal import Synchronization

/// The files of a capture that is being made.
final class CaptureFiles: Sendable {
    private let commands: File
    private let replies: File
    private let turns: File
    /// Bytes of either side so far; held while files are written, so that their order is that of the turns.
    private let written = Mutex((commands: 0, replies: 0))

    /// Makes the files; nil if that can't be done.
    init?(named name: String) {
        guard let commands = File(writing: name + ".commands"), let replies = File(writing: name + ".replies"),
            let turns = File(writing: name + ".turns")
        else { return nil }
        self.commands = commands
        self.replies = replies
        self.turns = turns
    }

    /// Adds a piece.
    func append(_ direction: Capture.Direction, _ bytes: [UInt8]) {
        written.withLock { written in
            let offset = direction == .command ? written.commands : written.replies
            let turn = Capture.Turn(direction: direction, offset: offset, count: bytes.count)
            turns.append(Array("\(turn.line)\n".utf8).span)
            switch direction {
            case .command:
                commands.append(bytes.span)
                written.commands += bytes.count
            case .reply:
                replies.append(bytes.span)
                written.replies += bytes.count
            }
        }
    }
}

extension Capture {
    /// Reads the files of a capture; nil if there are none or they don't belong together.
    init?(named name: String) {
        guard let commands = contents(of: name + ".commands"), let replies = contents(of: name + ".replies"),
            let turns = contents(of: name + ".turns")
        else { return nil }
        self.init(commands: commands, replies: replies, turns: String(decoding: turns, as: UTF8.self))
    }
}

private func contents(of path: String) -> [UInt8]? {
    guard let file = File(reading: path) else { return nil }
    var bytes: [UInt8] = []
    var isAtEnd = false
    while !isAtEnd { bytes += [UInt8](capacity: 64 << 10) { isAtEnd = !file.read(into: &$0) } }
    return bytes
}
