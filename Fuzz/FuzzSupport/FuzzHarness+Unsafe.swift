// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension FuzzHarness {
    /// Exercises the `count` bytes at `start`; what libFuzzer is given as `LLVMFuzzerTestOneInput` calls this.
    @unsafe
    public func exercise(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        let bytes = unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
        unsafe exercise(bytes.span)
        return 0
    }
}
