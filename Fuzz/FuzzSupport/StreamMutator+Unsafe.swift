// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if FUZZING
    /// libFuzzer's own mutations.
    @_silgen_name("LLVMFuzzerMutate")
    private func mutateBytes(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int) -> Int

    /// What libFuzzer calls to change an input in place; half of the time it is changed as a stream, otherwise as bytes.
    @c(LLVMFuzzerCustomMutator)
    public func mutateInput(
        _ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32
    ) -> Int {
        if seed & 1 == 0 {
            let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
            var mutator = StreamMutator(seed: seed)
            if let variant = mutator.variant(of: input), variant.count <= capacity {
                for index in variant.indices { unsafe start[index] = variant[index] }
                return variant.count
            }
        }
        return unsafe mutateBytes(start, count, capacity)
    }
#endif
