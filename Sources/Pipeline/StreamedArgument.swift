// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// The two parts of an encoded command around one argument that is sent in pieces.
struct StreamedArgument: Equatable {
    /// Everything before the argument's bytes, its length included.
    let head: RESPBytes
    /// Everything behind the argument's bytes, its line end included.
    let tail: RESPBytes

    /// Cuts a command that was encoded with an empty argument in this place.
    ///
    /// - Parameters:
    ///   - command: one encoded command.
    ///   - index: which of its bulk strings, the name being 0.
    ///   - length: how many bytes the argument will have.
    init?(_ command: Span<UInt8>, at index: Int, length: Int) {
        var position = 0
        // Returns the number of a header line, and moves behind it.
        func takeHeader() -> Int? {
            var number = 0
            position += 1
            while position < command.count, command[position] != 0x0D {
                guard (0x30...0x39).contains(command[position]), number < 1 << 40 else { return nil }
                number = number * 10 + Int(command[position] - 0x30)
                position += 1
            }
            position += 2
            return position <= command.count ? number : nil
        }
        guard let count = takeHeader(), index < count else { return nil }
        for _ in 0..<index {
            guard let length = takeHeader() else { return nil }
            position += length + 2
            guard position <= command.count else { return nil }
        }
        let start = position
        guard takeHeader() == 0 else { return nil }
        var encoder = CommandEncoder(capacity: start + 32)
        encoder.raw(command.extracting(0..<start))
        encoder.raw([UInt8]("$\(length)\r\n".utf8).span)
        head = RESPBytes(encoder.span)
        tail = RESPBytes(command.extracting(position..<command.count))
    }
}
