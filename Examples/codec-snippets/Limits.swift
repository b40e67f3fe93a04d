// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

func refuseWhatIsTooLarge() throws {
    var limits = RESPLimits.client
    limits.maximumBulkLength = 1 << 20
    var decoder = RESPDecoder(limits: limits)
    let received = bytes("+OK\r\n$1048577\r\n")
    decoder.append(received.span)
    do {
        while let frame = try decoder.next() { expect(frame.kind == .simpleString) }
        expect(false)
    } catch {
        // payload of 1048577 bytes at offset 5 is above the limit of 1048576
        print(error)
        expect(error == .bulkTooLong(declared: 1_048_577, limit: 1_048_576, offset: 5))
    }
}

private func print(_ error: RESPDecodingError) { expect("\(error)".hasPrefix("payload of 1048577 bytes at offset 5")) }
