// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a scanner makes of a stream: where its frames end, and the error if there is one.
public struct ScanResult: Equatable, Sendable {
    /// The lengths of the complete frames, in order.
    public var lengths: [Int] = []
    /// Which of them have streamed types in them.
    public var streamed: [Bool] = []
    /// Why the stream is malformed, with the offset of that.
    public var error: RESPDecodingError?

    /// Scans `bytes`, of which each call sees `step` more.
    public init(
        _ bytes: Span<UInt8>, step: Int, limits: RESPLimits = .client, attributesAreFrames: Bool = false
    ) {
        self.init(bytes, limits: limits, attributesAreFrames: attributesAreFrames) { min($0 + step, bytes.count) }
    }

    /// Scans `bytes`, of which the first call sees `first` and the next all.
    public init(
        _ bytes: Span<UInt8>, splitAt first: Int, limits: RESPLimits = .client, attributesAreFrames: Bool = false
    ) {
        self.init(bytes, limits: limits, attributesAreFrames: attributesAreFrames) { $0 < first ? first : bytes.count }
    }

    /// Scans `bytes`; `more` answers how many are there next if so many are there now.
    init(_ bytes: Span<UInt8>, limits: RESPLimits, attributesAreFrames: Bool, more: (Int) -> Int) {
        var scanner = RESPScanner(limits: limits, attributesAreFrames: attributesAreFrames)
        var start = 0
        var end = 0
        var leastEnd = 0
        while end < bytes.count {
            end = more(end)
            do throws(RESPDecodingError) {
                while start < end {
                    check(scanner.frameOffset == start, "the frame starts elsewhere")
                    guard let length = try scanner.frameLength(in: bytes.extracting(start..<end)) else {
                        check(scanner.missingBytes > 0, "nothing is missing, but there is no frame")
                        leastEnd = max(leastEnd, end + scanner.missingBytes)
                        break
                    }
                    lengths.append(length)
                    streamed.append(scanner.frameIsStreamed)
                    start += length
                    check(length >= 3 && start <= end, "impossible length")
                    check(start >= leastEnd, "fewer bytes were missing than the scanner said")
                }
            } catch {
                self.error = error
                check(error.offset >= start && error.offset <= end, "error outside of the malformed frame")
                return
            }
        }
    }
}
