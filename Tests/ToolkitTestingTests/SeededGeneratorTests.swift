// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ToolkitTesting

@Suite struct SeededGeneratorTests {
    @Test func `a seed gives the same numbers everywhere`() {
        // The first numbers of SplitMix64 from 1234567, as published with the algorithm.
        var generator = SeededGenerator(seed: 1_234_567)
        let numbers = (0..<5).map { _ in generator.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func `derived generators differ from each other and from the first`() {
        var generators = [SeededGenerator(seed: 7)]
        for index in 0..<100 { generators.append(generators[0].derived(index)) }
        var numbers: Set<UInt64> = []
        for index in generators.indices { numbers.insert(generators[index].next()) }
        #expect(numbers.count == 101)
    }

    @Test func `draws stay in their ranges and reach all of them`() {
        var generator = SeededGenerator(seed: 1)
        #expect(Set((0..<1000).map { _ in generator.next(in: -2...3) }) == [-2, -1, 0, 1, 2, 3])
        #expect(generator.next(in: 5...5) == 5)
        #expect(Set((0..<10).map { _ in generator.next(in: Int.min...Int.max) }).count == 10)
        for _ in 0..<1000 {
            #expect((0..<1).contains(generator.nextUnit()))
            let range: ClosedRange<Duration> = .seconds(1) ... .seconds(2)
            #expect(range.contains(generator.next(in: range)))
        }
    }
}
