// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

/// What a scanner makes of a stream: where its frames end, and the error if there is one.
public struct ScanResult: Equatable, Sendable {
    /// The lengths of the complete frames, in order.
    public var lengths: [Int] = []
    /// Why the stream is malformed, with the offset of that.
    public var error: RESPDecodingError?

    /// Scans `bytes`, of which each call sees `step` more.
    public init(_ bytes: Span<UInt8>, step: Int, limits: RESPLimits = .client) {
        self.init(bytes, limits: limits) { min($0 + step, bytes.count) }
    }

    /// Scans `bytes`, of which the first call sees `first` and the next all.
    public init(_ bytes: Span<UInt8>, splitAt first: Int, limits: RESPLimits = .client) {
        self.init(bytes, limits: limits) { $0 < first ? first : bytes.count }
    }

    /// Scans `bytes`; `more` answers how many are there next if so many are there now.
    private init(_ bytes: Span<UInt8>, limits: RESPLimits, more: (Int) -> Int) {
        var scanner = RESPScanner(limits: limits)
        var start = 0
        var end = 0
        while end < bytes.count {
            end = more(end)
            do throws(RESPDecodingError) {
                while start < end, let length = try scanner.frameLength(in: bytes.extracting(start..<end)) {
                    lengths.append(length)
                    start += length
                }
            } catch {
                self.error = error
                return
            }
        }
    }
}
