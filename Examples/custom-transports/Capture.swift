// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What was said on one connection, and in which order.
///
/// Three files hold it: `.commands` and `.replies` with the bytes of either side, which `respdump` and `capture-decoder`
/// read, and `.turns` with a line such as `> 0 27` for each piece: direction, offset in its side's bytes, and count.
struct Capture: Hashable {
    /// Who speaks.
    enum Direction: Character {
        case command = ">"
        case reply = "<"
    }

    /// A piece that one side has said.
    struct Turn: Hashable {
        var direction: Direction
        var offset: Int
        var count: Int

        /// The turn's line.
        var line: String { "\(direction.rawValue) \(offset) \(count)" }
    }

    private(set) var commands: [UInt8] = []
    private(set) var replies: [UInt8] = []
    private(set) var turns: [Turn] = []

    /// Adds a piece.
    mutating func append(_ direction: Direction, _ bytes: [UInt8]) {
        let offset = direction == .command ? commands.count : replies.count
        turns.append(Turn(direction: direction, offset: offset, count: bytes.count))
        switch direction {
        case .command: commands += bytes
        case .reply: replies += bytes
        }
    }

    /// An empty capture.
    init() {}

    /// The capture that three files hold; nil if they don't belong together.
    init?(commands: [UInt8], replies: [UInt8], turns text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0].count == 1,
                let direction = Direction(rawValue: Character(String(words[0]))),
                let offset = Int(words[1]), let count = Int(words[2]), offset >= 0, count >= 0
            else { return nil }
            let said = direction == .command ? commands : replies
            guard offset <= said.count, count <= said.count - offset else { return nil }
            append(direction, Array(said[offset..<offset + count]))
            if turns.last?.offset != offset { return nil }
        }
        if self.commands != commands || self.replies != replies { return nil }
    }
}
