// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

func quickStart() throws {
    var encoder = CommandEncoder()
    encoder.command(3)
    encoder.bulk("SET")
    encoder.bulk("visits")
    encoder.bulk(42)
    expect(encoder.span.count == 33)

    let received = bytes("+OK\r\n*2\r\n$1\r\na\r\n:1\r\n%1\r\n+b\r\n,2.5\r\n")
    var printed: [String] = []
    func print(_ frame: RESPFrame) { printed.append("\(frame)") }
    var decoder = RESPDecoder()
    decoder.append(received.span)
    while let frame = try decoder.next() {
        print(frame)
    }
    expect(printed == [#""OK""#, #"["a", 1]"#, #"{"b": 2.5}"#])
}

/// Something to read from: a socket, a file, a pipe.
struct Source {
    var rest: ArraySlice<UInt8>

    mutating func read(into output: inout OutputSpan<UInt8>) -> Bool {
        while output.freeCapacity > 0, let byte = rest.popFirst() { output.append(byte) }
        return output.count > 0
    }
}

func decodeFrames() throws {
    var source = Source(rest: bytes("*1\r\n:1\r\n-ERR no such thing\r\n+half a li")[...])
    var frames: [RESPFrame] = []
    func handle(_ frame: RESPFrame) { frames.append(frame) }
    var decoder = RESPDecoder()
    while decoder.receive({ output in source.read(into: &output) }) {
        while let frame = try decoder.next() {
            handle(frame)
        }
    }
    expect(frames.count == 2 && frames[1].errorMessage == "ERR no such thing")
    expect(decoder.bufferedBytes == 10 && decoder.frameOffset == 28)
}

struct User: RESPDecodable {
    var name = ""
    var visits = 0
    var email: String?

    init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        try reader.readFields { (key, reader) throws(RESPTypeMismatch) in
            switch key {
            case "name": name = try reader.read()
            case "visits": visits = try reader.read()
            case "email": email = try reader.read()
            default: break
            }
        }
    }
}

func decodeTypes() throws {
    func frame(_ text: String) throws -> RESPFrame { try RESPFrame(encoded: bytes(text)) }
    let frames = [
        try frame(":42\r\n"), try frame("*2\r\n$1\r\na\r\n_\r\n"), try frame("%1\r\n+a\r\n:1\r\n"),
        try frame("*2\r\n$1\r\na\r\n,1.5\r\n"), try frame("*4\r\n+name\r\n+Ada\r\n+visits\r\n$1\r\n7\r\n"),
    ]
    let visits = try frames[0].decode(as: Int.self)
    let names = try frames[1].decode(as: [String?].self)
    let counts = try frames[2].decode(as: [String: Int].self)
    let scores = try frames[3].decode(as: RESPPairs<RESPBytes, Double>.self)
    let user = try frames[4].decode(as: User.self)
    expect(visits == 42 && names == ["a", nil] && counts == ["a": 1] && scores[0].value == 1.5)
    expect(user.name == "Ada" && user.visits == 7 && user.email == nil)

    do {
        _ = try frame("*1\r\n%1\r\n+visits\r\n+many\r\n").decode(as: [User].self)
        expect(false)
    } catch let mismatch as RESPTypeMismatch {
        expect("\(mismatch)" == "wanted an integer at [0].visits, found the text 'many'")
    }
}

func tellRepliesFromPushes() throws {
    var waiting = ["GET"]
    var messages = 0
    func deliver(_ push: RESPFrame) { messages += 1 }
    func answer(_ command: String, with reply: RESPFrame) { expect(reply.errorMessage == "ERR no") }
    let received = bytes(">3\r\n+message\r\n+c\r\n+hi\r\n-ERR no\r\n")
    var decoder = RESPDecoder()
    decoder.append(received.span)
    while let frame = try decoder.next() {
        if frame.isPush {
            deliver(frame)
        } else {
            answer(waiting.removeFirst(), with: frame)
        }
    }
    expect(messages == 1 && waiting.isEmpty)
}

func readAttributes() throws {
    let frame = try RESPFrame(encoded: bytes("|1\r\n+ttl\r\n:3600\r\n$5\r\nvalue\r\n"))
    let reply = try frame.decode(as: RESPAttributed<String>.self)
    let ttl = try reply.attribute("ttl", as: Int.self)
    expect(reply.value == "value" && ttl == 3600)
}

func streamPayloads() throws {
    var written = 0
    func write(_ bytes: Span<UInt8>) { written += bytes.count }
    var other = 0
    func handle(_ frame: RESPFrame) { other += 1 }
    let received = bytes("+OK\r\n$5000\r\n" + String(repeating: "x", count: 5000) + "\r\n:1\r\n")
    var decoder = RESPDecoder()
    decoder.append(received.span)
    while let part = try decoder.nextPart(streamingAbove: 4096) {
        switch part {
        case .frame(let frame): handle(frame)
        case .payloadStart: break
        case .payloadPiece(let piece): write(piece.span)
        case .payloadEnd: break
        }
    }
    expect(written == 5000 && other == 2)
}

func measureFrames() throws {
    let buffer = bytes("*2\r\n:1\r\n:2\r\n+next\r\n")
    var scanner = RESPScanner()
    var start = 0
    var lengths: [Int] = []
    while start < buffer.count,
        let length = try scanner.frameLength(in: buffer.span.extracting(droppingFirst: start))
    {
        lengths.append(length)
        start += length
    }
    expect(lengths == [12, 7])
}
