// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The fuzz harnesses; the raw value is the name of the executable, and of its folders of seeds and regressions.
public enum FuzzHarness: String, CaseIterable, Sendable {
    case scanner = "RESPScannerFuzz"
    case decoder = "RESPDecoderFuzz"
    case command = "RESPCommandFuzz"
    case inlineCommand = "InlineCommandFuzz"
    case roundTrip = "RoundTripFuzz"
    case downConversion = "DownConversionFuzz"
    case splitInvariance = "SplitInvarianceFuzz"

    /// Does with `bytes` what the harness is about, and traps when its invariant does not hold.
    public func exercise(_ bytes: Span<UInt8>) {
        switch self {
        case .scanner: exerciseScanner(bytes)
        case .decoder: exerciseDecoder(bytes)
        case .command: exerciseCommands(bytes)
        case .inlineCommand: exerciseInlineCommands(bytes)
        case .roundTrip: exerciseRoundTrip(bytes)
        case .downConversion: exerciseDownConversion(bytes)
        case .splitInvariance: exerciseSplitInvariance(bytes)
        }
    }

    /// Replays the files given as arguments, so that a finding can be debugged without a fuzzer: no trap, no finding.
    public func replayArguments() {
        for path in CommandLine.arguments.dropFirst() {
            guard let bytes = contents(ofFile: path) else {
                print("cannot read \(path)")
                continue
            }
            exercise(bytes.span)
            print("ok \(path) (\(bytes.count) bytes)")
        }
    }
}

/// Traps with `message` unless `holds`: fuzzers count a trap as a finding.
func check(_ holds: Bool, _ message: StaticString) {
    if !holds { fail(message) }
}

func fail(_ message: StaticString) -> Never {
    fatalError("\(message)")
}
