// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import FuzzSupport

#if FUZZING
    /// What libFuzzer calls with every input it makes.
    @c(LLVMFuzzerTestOneInput)
    public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        unsafe FuzzHarness.roundTrip.exercise(start, count)
    }
#else
    @main
    enum Replay {
        static func main() { FuzzHarness.roundTrip.replayArguments() }
    }
#endif
