// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ExampleSupport

/// Both directions of one connection, as files: what the client sent and what the server sent, byte by byte.
///
/// `respdump --commands 1.commands`, `respdump 1.replies` and `capture-decoder 1.commands 1.replies` read them.
final class Recording {
    let commands: File
    let replies: File

    /// Nil if the files can't be made.
    init?(inFolder folder: String, number: Int) {
        guard let commands = File(writing: "\(folder)/\(number).commands"),
            let replies = File(writing: "\(folder)/\(number).replies")
        else { return nil }
        self.commands = commands
        self.replies = replies
    }
}
