// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

@testable internal import RESPCodec
internal import Testing

@Suite("What a frame keeps alive")
struct RESPFrameMemoryTests {
    /// Frames of `lengths` bytes of payload, received in one stream.
    private func frames(_ lengths: [Int]) throws -> [RESPFrame] {
        var decoder = RESPDecoder()
        var frames: [RESPFrame] = []
        for length in lengths {
            let payload = String(repeating: "x", count: length)
            decoder.append(Array("*1\r\n$\(length)\r\n\(payload)\r\n".utf8).span)
        }
        while let frame = try decoder.next() { frames.append(frame) }
        return frames
    }

    private func kept(_ frame: RESPFrame) -> Int { frame.storage.chunk?.capacity ?? 0 }

    @Test("A small frame behind a large one does not keep the large one's memory")
    func behindLargeFrame() throws {
        let received = try frames([1 << 20, 100, 1_000])
        #expect(kept(received[0]) >= 1 << 20)
        #expect(kept(received[1]) == received[1].count)
        #expect(kept(received[2]) == received[2].count)
    }

    @Test("Among small frames, they share the chunk until they are detached")
    func detached() throws {
        let received = try frames([10, 100, 8_000])
        #expect(kept(received[0]) == 0)
        #expect(kept(received[1]) >= 16 << 10 && kept(received[1]) <= 64 << 10)
        let small = received[1].detached()
        #expect(small == received[1])
        #expect(kept(small) == small.count)
        #expect(kept(received[2].detached()) == kept(received[2]))
    }
}
