// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// What becomes of a stream of commands: their arguments, one character per byte, and the error if there is one.
///
/// The scanner and the decoder see the same, and are compared with each other.
struct CommandScanResult {
    var commands: [[String]] = []
    var error: RESPDecodingError?

    /// Scans `bytes`, of which each call sees `step` more.
    init(_ bytes: [UInt8], step: Int, limits: RESPLimits = .server) {
        self.init(bytes, limits: limits) { min($0 + step, bytes.count) }
    }

    /// Scans `bytes`, of which the first call sees `first` and the next all.
    init(_ bytes: [UInt8], splitAt first: Int, limits: RESPLimits = .server) {
        self.init(bytes, limits: limits) { $0 < first ? first : bytes.count }
    }

    /// Scans `bytes`; `more` answers how many are there next if so many are there now.
    private init(_ bytes: [UInt8], limits: RESPLimits, more: (Int) -> Int) {
        var scanner = CommandScanner(limits: limits)
        var decoder = RESPCommandDecoder(limits: limits)
        var lengths: [Int] = []
        var start = 0
        var end = 0
        var leastEnd = 0
        while end < bytes.count {
            let next = more(end)
            decoder.append(bytes.span.extracting(end..<next))
            end = next
            do throws(RESPDecodingError) {
                while let length = try scanner.frameLength(in: bytes.span.extracting(start..<end)) {
                    start += length
                    #expect(scanner.frameOffset == start)
                    #expect(length > 0 && start <= end && start >= leastEnd)
                    if scanner.argumentCount > 0 { lengths.append(scanner.argumentCount) }
                }
                leastEnd = max(leastEnd, end + scanner.missingBytes)
            } catch {
                self.error = error
                #expect(error.offset >= start && error.offset < end)
            }
            do throws(RESPDecodingError) {
                while let command = try decoder.next() {
                    commands.append(command.arguments.map { String(latin1: Array($0)) })
                }
                #expect(decoder.bufferedBytes == end - start && decoder.missingBytes == scanner.missingBytes)
            } catch {
                #expect(error == self.error)
            }
            #expect(commands.map(\.count) == lengths && decoder.frameOffset == scanner.frameOffset)
            if self.error != nil { return }
        }
    }
}

extension Array where Element == UInt8 {
    /// The bytes of a text whose characters stand for one byte each.
    init(latin1 text: String) { self = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
}

extension String {
    /// The bytes as a text whose characters stand for one byte each.
    init(latin1 bytes: [UInt8]) {
        self.init(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
