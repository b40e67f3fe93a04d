// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

func keepSlices() throws {
    let text = String(repeating: "x", count: 1000)
    var decoder = RESPDecoder()
    let received = bytes("*2\r\n$1000\r\n\(text)\r\n$1\r\nb\r\n")
    decoder.append(received.span)
    guard let frame = try decoder.next() else { return expect(false) }
    let values = try frame.decode(as: [RESPBytes].self)
    expect(values[0].count == 1000 && String(values[0]) == text)

    var cache: [String: RESPFrame] = [:]
    cache["list"] = frame.detached()
    expect(cache["list"] == frame)
}

func borrowFrames() throws {
    let frame = try RESPFrame(encoded: bytes("*3\r\n$1\r\na\r\n$2\r\nbc\r\n$3\r\ndef\r\n"))
    let total = try frame.withReader { reader throws(RESPTypeMismatch) in
        var total = 0
        for _ in 0..<(try reader.readArrayHeader()) {
            total += try reader.readSpan().count
        }
        return total
    }
    expect(total == 6)
}

func jumpAround() throws {
    let frame = try RESPFrame(encoded: bytes("%2\r\n+name\r\n+Ada\r\n+scores\r\n*2\r\n:7\r\n:9\r\n"))
    let tree = try RESPTree(frame)
    let last = try tree.root["scores"][1].integer
    let name = try tree.root["name"].string
    expect(last == 9 && name == "Ada")
}

func readInPlace() throws {
    let buffer = bytes(">2\r\n+message\r\n+hi\r\n+OK\r\n:1")
    var pushes = 0
    var scanner = RESPScanner()
    var start = 0
    while let length = try scanner.frameLength(in: buffer.span.extracting(start..<buffer.count)) {
        var reader = RESPReader(measured: buffer.span.extracting(start..<start + length))
        if try reader.peekKind() == .push { pushes += 1 }
        start += length
    }
    expect(pushes == 1 && buffer.count - start == 2)
}

func sendSegments() throws {
    var segments: [Int] = []
    func write(_ bytes: Span<UInt8>) { segments.append(bytes.count) }
    let image = RESPBytes([UInt8](repeating: 1, count: 100_000))
    var encoder = CommandEncoder(sharingPayloadsAbove: 16 << 10)
    encoder.command(3)
    encoder.bulk("SET")
    encoder.bulk("image")
    encoder.bulk(image)
    encoder.forEachSegment { segment in write(segment) }
    expect(segments == [33, 100_000, 2])
}
