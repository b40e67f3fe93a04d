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

    @Test(arguments: FuzzHarness.allCases)
    func `inputs that once broke something, and the seeds, hold the fuzzer's invariant`(harness: FuzzHarness) throws {
        let folders = ["Seeds/Common", "Seeds/\(harness.rawValue)", "Regressions/\(harness.rawValue)"]
        var count = 0
        for name in folders.flatMap({ name in fileNames(inFolder: "\(folder)/\(name)").map { "\(name)/\($0)" } }) {
            let bytes = try #require(contents(ofFile: "\(folder)/\(name)"))
            harness.exercise(bytes.span)
            count += 1
        }
        #expect(count > 0)
    }

    @Test(arguments: FuzzHarness.allCases)
    func `the vectors hold the fuzzer's invariant, each with every other behind it`(harness: FuzzHarness) {
        let streams = validVectors.map(\.bytes) + malformedVectors.map(\.bytes)
        for first in streams {
            harness.exercise(first.span)
            for second in streams where second.count < 20 {
                harness.exercise((first + second).span)
            }
        }
    }
}
