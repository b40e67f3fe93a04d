// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import FuzzSupport
internal import RESPCodec
internal import Testing

@Suite struct FuzzRegressionTests {
    /// This file is Tests/RESPCodecTests/….
    private var folder: String {
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
            + "/Fuzz"
    }

    @Test(arguments: ["Regressions", "Seeds"])
    func `inputs that once broke something, and the seeds, hold the fuzzer's invariant`(kind: String) throws {
        let names = fileNames(inFolder: "\(folder)/\(kind)/RESPScannerFuzz")
        try #require(!names.isEmpty)
        for name in names {
            let bytes = try #require(contents(ofFile: "\(folder)/\(kind)/RESPScannerFuzz/\(name)"))
            exerciseScanner(bytes.span)
        }
    }

    @Test func `the vectors hold the fuzzer's invariant, each with every other behind it`() {
        let streams = validVectors.map(\.bytes) + malformedVectors.map(\.bytes)
        for first in streams {
            exerciseScanner(first.span)
            for second in streams where second.count < 40 {
                exerciseScanner((first + second).span)
            }
        }
    }
}
