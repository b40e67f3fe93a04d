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
    func `the vectors hold the fuzzer's invariant, alone and with another behind it`(harness: FuzzHarness) throws {
        let vectors = try RESPVector.all.get().map(\.bytes) + CommandVector.all.get().map(\.bytes)
        let streams = vectors.filter { $0.count < 200 }
        for (index, first) in streams.enumerated() {
            harness.exercise(first.span)
            harness.exercise((first + streams[(index * 7 + 1) % streams.count]).span)
        }
    }
}
