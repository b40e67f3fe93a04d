// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Takes an append-only file apart: commands as arrays of bulk strings, and lines of annotation between them.
///
/// Annotations, such as `#TS:1700000000`, are written with `aof-timestamp-enabled`, and servers skip them when they load.
struct AppendOnlyReader: ~Copyable {
    enum Entry {
        case command(StreamItem)
        /// A line without its number sign and line end, and its offset.
        case annotation(RESPBytes, start: Int)
        /// The file starts with a snapshot in the format of this name, such as `REDIS0011`, which can't be read here.
        case snapshot(String)
    }

    private var buffer: [UInt8] = []
    /// Where the bytes that have not been taken start in `buffer`.
    private var head = 0
    private var scanner: RESPScanner

    init(limits: RESPLimits) {
        var limits = limits
        limits.maximumDepth = min(limits.maximumDepth, 1)
        scanner = RESPScanner(limits: limits)
    }

    /// Where the next entry starts in the file.
    var nextOffset: Int { scanner.frameOffset }

    /// How many bytes of the next entry are there.
    var bufferedBytes: Int { buffer.count - head }

    /// Reads what `input` has.
    ///
    /// - Returns: false at the end of the input.
    mutating func read(_ input: borrowing Input, atMost limit: Int) throws(DumpFailure) -> Bool {
        // A large command is moved only when the buffer has doubled meanwhile.
        if head > 64 << 10, head > buffer.count / 2 {
            buffer.removeFirst(head)
            head = 0
        }
        let before = buffer.count
        try buffer.append(addingCapacity: 64 << 10) { output throws(DumpFailure) in
            try input.read(into: &output, atMost: limit)
        }
        return buffer.count > before
    }

    /// The next entry; nil if more bytes are needed.
    mutating func next() throws(DumpFailure) -> Entry? {
        guard head < buffer.count else { return nil }
        let start = nextOffset
        // The first letters of REDIS0011 and VALKEY080.
        if start == 0, buffer[head] == 0x52 || buffer[head] == 0x56 {
            guard bufferedBytes >= 9 else { return nil }
            return .snapshot(String(decoding: buffer[head..<head + 9], as: UTF8.self))
        }
        // An annotation has the shape of a simple string, and the marker of a boolean.
        let isAnnotation = buffer[head] == 0x23
        if isAnnotation { buffer[head] = RESPKind.simpleString.rawValue }
        let length: Int?
        var scanner = scanner
        do throws(RESPDecodingError) {
            length = try scanner.frameLength(in: buffer.span.extracting(droppingFirst: head))
        } catch {
            throw DumpFailure("\(error); what is good ends at offset \(start)")
        }
        self.scanner = scanner
        if isAnnotation { buffer[head] = 0x23 }
        guard let length else { return nil }
        let bytes = Array(buffer[head..<head + length])
        head += length
        if isAnnotation { return .annotation(RESPBytes(bytes.span.extracting(1..<length - 2)), start: start) }
        guard let frame = try? RESPFrame(encoded: bytes), !scanner.frameIsStreamed, RESPCommand(frame) != nil else {
            throw DumpFailure("what starts at offset \(start) is not a command; what is good ends there")
        }
        return .command(StreamItem(content: .frame(frame), start: start, end: nextOffset))
    }
}
