// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// The items of a stream, as its bytes come.
struct ItemStream: ~Copyable {
    /// Of strings longer than this, only the beginning is kept if that is enough.
    private static let longString = 1 << 20

    /// The reply found last, behind its attributes.
    private(set) var items: [StreamItem] = []
    /// How many bytes have come.
    private(set) var receivedBytes = 0
    private var isComplete = false
    private let readsCommands: Bool
    private let keptBytes: Int
    private var replies: RESPDecoder
    private var commands: RESPCommandDecoder
    /// The long string that is arriving, and where it starts.
    private var payload: (start: RESPPayloadStart, offset: Int)?
    private var beginning: [UInt8] = []
    private var payloadLength = 0

    /// - Parameter keptBytes: how many bytes of long strings are needed.
    init(of content: Options.Content, limits: RESPLimits, keptBytes: Int = .max) {
        readsCommands = content == .commands
        self.keptBytes = keptBytes
        replies = RESPDecoder(limits: limits, attributesAreFrames: true)
        commands = RESPCommandDecoder(limits: limits)
    }

    /// Where the next item starts.
    var nextOffset: Int { payload?.offset ?? (readsCommands ? commands.frameOffset : replies.frameOffset) }

    /// Whether a part of an item is there, or an attribute without its reply.
    var isInsideItem: Bool { receivedBytes > nextOffset || openAttribute != nil }

    /// Offset of the first attribute whose reply has not come; nil if there is none.
    var openAttribute: Int? { isComplete ? nil : items.first?.start }

    mutating func append(_ bytes: Span<UInt8>) {
        if readsCommands { commands.append(bytes) } else { replies.append(bytes) }
        receivedBytes += bytes.count
    }

    /// Reads what `input` has, without a copy.
    ///
    /// - Returns: false at the end of the input.
    mutating func read(_ input: borrowing Input, atMost limit: Int) throws(DumpFailure) -> Bool {
        let count: Int
        if readsCommands {
            count = try commands.receive { output throws(DumpFailure) in
                try input.read(into: &output, atMost: limit)
                return output.count
            }
        } else {
            count = try replies.receive { output throws(DumpFailure) in
                try input.read(into: &output, atMost: limit)
                return output.count
            }
        }
        receivedBytes += count
        return count > 0
    }

    /// Finds the next reply and the attributes before it.
    ///
    /// - Returns: false if more bytes are needed; otherwise, ``items`` has them.
    mutating func next() throws(RESPDecodingError) -> Bool {
        if isComplete {
            items.removeAll(keepingCapacity: true)
            isComplete = false
        }
        while let item = readsCommands ? try nextCommand() : try nextReply() {
            items.append(item)
            if readsCommands || !item.isAttribute {
                isComplete = true
                return true
            }
        }
        return false
    }

    private mutating func nextCommand() throws(RESPDecodingError) -> StreamItem? {
        guard let command = try commands.next() else { return nil }
        return StreamItem(content: .frame(command.frame), start: commands.commandOffset, end: commands.frameOffset)
    }

    private mutating func nextReply() throws(RESPDecodingError) -> StreamItem? {
        let offset = nextOffset
        if keptBytes == .max {
            return try replies.next().map { item(of: $0, at: offset) }
        }
        while let part = try replies.nextPart(streamingAbove: ItemStream.longString) {
            switch part {
            case .frame(let frame):
                return item(of: frame, at: offset)
            case .payloadStart(let start):
                payload = (start, offset)
                beginning.removeAll(keepingCapacity: true)
                payloadLength = 0
            case .payloadPiece(let piece):
                for index in 0..<min(piece.count, keptBytes - beginning.count) { beginning.append(piece.span[index]) }
                payloadLength += piece.count
            case .payloadEnd:
                guard let start = payload?.start else { continue }
                payload = nil
                return StreamItem(
                    content: .beginning(start, beginning, length: payloadLength), start: offset, end: nextOffset,
                    isStreamed: start.length == nil)
            }
        }
        return nil
    }

    private func item(of frame: RESPFrame, at offset: Int) -> StreamItem {
        StreamItem(content: .frame(frame), start: offset, end: nextOffset, isStreamed: replies.frameIsStreamed)
    }
}
