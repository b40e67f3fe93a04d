// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Takes an append-only file apart: commands as arrays of bulk strings, and lines of annotation between them.
///
/// Annotations, such as `#TS:1700000000`, are written with `aof-timestamp-enabled`, and servers skip them when they load.
struct AppendOnlyReader: ~Copyable {
    enum Entry {
        case command(StreamItem)
        /// A line, which starts with a number sign, without its end, and its offset.
        case annotation(String, start: Int)
        /// The file starts with a snapshot in the format of this name, such as `REDIS0011`, which can't be read here.
        case snapshot(String)
    }

    /// How many bytes tell a snapshot: `REDIS0011` or `VALKEY080`.
    private static let signatureLength = 9

    private var decoder: RESPCommandDecoder
    /// The first bytes, until there are enough of them to tell a snapshot.
    private var beginning: [UInt8] = []
    private var receivedBytes = 0

    init(limits: RESPLimits) { decoder = RESPCommandDecoder(limits: limits) }

    /// Where the next entry starts in the file.
    private(set) var nextOffset = 0

    /// How many bytes of the next entry are there.
    var bufferedBytes: Int { receivedBytes - nextOffset }

    /// Reads what `input` has, without a copy but at the beginning.
    ///
    /// - Returns: false at the end of the input; there may be a last entry then.
    mutating func read(_ input: borrowing Input, atMost limit: Int) throws(DumpFailure) -> Bool {
        let count: Int
        if receivedBytes < AppendOnlyReader.signatureLength {
            try beginning.append(addingCapacity: 4096) { output throws(DumpFailure) in
                try input.read(into: &output, atMost: limit)
            }
            count = beginning.count - receivedBytes
            let bytes = beginning
            if count == 0 || bytes.count >= AppendOnlyReader.signatureLength { decoder.append(bytes.span) }
        } else {
            count = try decoder.receive { output throws(DumpFailure) in
                try input.read(into: &output, atMost: limit)
                return output.count
            }
        }
        receivedBytes += count
        return count > 0
    }

    /// The next entry; nil if more bytes are needed.
    mutating func next() throws(DumpFailure) -> Entry? {
        let start = nextOffset
        if start == 0, let first = beginning.first, first == 0x52 || first == 0x56 {
            guard receivedBytes >= AppendOnlyReader.signatureLength else { return nil }
            let signature = beginning.prefix(AppendOnlyReader.signatureLength)
            return .snapshot(String(decoding: signature, as: UTF8.self))
        }
        let next: RESPCommand?
        do throws(RESPDecodingError) {
            next = try decoder.next()
        } catch {
            guard decoder.frameOffset == start else { throw noCommand(at: start) }
            throw DumpFailure("\(error); what is good ends at offset \(start)")
        }
        // Servers load neither empty commands, which the decoder skips, nor inline ones.
        guard let command = next else {
            guard decoder.frameOffset == start else { throw noCommand(at: start) }
            return nil
        }
        guard decoder.commandOffset == start else { throw noCommand(at: start) }
        nextOffset = decoder.frameOffset
        guard command.isInline else {
            return .command(StreamItem(content: .frame(command.frame), start: start, end: nextOffset))
        }
        guard command.withName({ !$0.isEmpty && $0[0] == 0x23 }) else { throw noCommand(at: start) }
        return .annotation(command.arguments.map(String.init).joined(separator: " "), start: start)
    }

    private func noCommand(at offset: Int) -> DumpFailure {
        DumpFailure("what starts at offset \(offset) is not a command; what is good ends there")
    }
}
