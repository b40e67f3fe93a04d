// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// How long a command may wait on the server, as its own arguments say.
///
/// Read from the encoded command, so that typed and raw commands share one table
/// (https://valkey.io/commands, the pages of the commands named here).
@nonexhaustive
public enum BlockingTime: Hashable, Sendable {
    /// For as long as it takes: the time given is 0, or the command is none that this package knows to have one.
    case unlimited
    /// At most so long.
    case limited(Duration)

    /// The time of the one command in `encoded`.
    ///
    /// - Complexity: O(*n*) in the bytes of the command; allocates. Commands that wait can afford it.
    public init(ofCommand encoded: Span<UInt8>) {
        var decoder = RESPCommandDecoder()
        decoder.append(encoded)
        let words = (try? decoder.next())??.arguments ?? []
        guard let amount = Self.amount(in: words.map(\.description)) else {
            self = .unlimited
            return
        }
        self = .limited(amount)
    }

    private static func amount(in words: [String]) -> Duration? {
        switch words.first?.uppercased() {
        case "BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BZPOPMIN", "BZPOPMAX": seconds(words.last)
        case "BLMPOP", "BZMPOP": seconds(words.dropFirst().first)
        case "WAIT", "WAITAOF": milliseconds(words.last)
        case "XREAD", "XREADGROUP":
            milliseconds(
                words.prefix { $0.uppercased() != "STREAMS" }.drop { $0.uppercased() != "BLOCK" }.dropFirst().first)
        default: nil
        }
    }

    /// Zero waits without end; what is no number, or too large for one, the server refuses by itself.
    private static func seconds(_ word: String?) -> Duration? {
        guard let word, let seconds = Double(word), seconds > 0, seconds < 1e9 else { return nil }
        return .seconds(seconds)
    }

    private static func milliseconds(_ word: String?) -> Duration? {
        guard let word, let milliseconds = Int64(word), milliseconds > 0, milliseconds < 1_000_000_000_000 else {
            return nil
        }
        return .milliseconds(milliseconds)
    }
}
