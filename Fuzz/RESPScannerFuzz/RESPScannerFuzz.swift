// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import FuzzSupport

#if !FUZZING
    /// Replays the files given as arguments, so that a finding can be debugged without a fuzzer: no trap, no finding.
    @main
    enum RESPScannerFuzz {
        static func main() {
            for path in CommandLine.arguments.dropFirst() {
                guard let bytes = contents(ofFile: path) else {
                    print("cannot read \(path)")
                    continue
                }
                exerciseScanner(bytes.span)
                print("ok \(path) (\(bytes.count) bytes)")
            }
        }
    }
#endif
