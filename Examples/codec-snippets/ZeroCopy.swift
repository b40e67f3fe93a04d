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
