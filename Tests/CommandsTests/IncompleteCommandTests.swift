// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CommandSamples
import Commands
import RESPCodec
import Testing

/// Empty lists: refused where the server wants at least one argument, and left out where it doesn't.
@Suite struct IncompleteCommandTests {
    @Test func `a call with an empty list says so in its facts, and the error names the command`() {
        #expect(CommandSample.incomplete.count > 75)
        for sample in CommandSample.incomplete {
            #expect(sample.metadata.flags.contains(.lacksArguments), "\(sample.words)")
            #expect(sample.metadata.misuse == .lacksArguments(name: sample.name), "\(sample.words)")
        }
        #expect(
            DEL(keys: .many([])).callMetadata.misuse?.description
                == "DEL was called with an empty list, and takes at least one argument")
    }

    @Test func `calls that say enough are not refused`() {
        for sample in CommandSample.all { #expect(sample.metadata.misuse == nil, "\(sample.words)") }
    }

    @Test func `a list inside of an option may be what is empty`() {
        let corners: GeoShape = .polygon(.many([]))
        #expect(GEOSEARCH<RESPBytes>(key: "k", by: corners).callMetadata.misuse == .lacksArguments(name: "GEOSEARCH"))
        let migration = CLUSTER.MIGRATESLOTS.Migration.ranges(ranges: [], nodeId: "n")
        #expect(
            CLUSTER.MIGRATESLOTS(migrations: [migration]).callMetadata.misuse
                == .lacksArguments(name: "CLUSTER MIGRATESLOTS"))
    }

    @Test func `lists that may be empty are left out`() throws {
        #expect(wire(PUBSUB.NUMSUB()) == "*2 $6 PUBSUB $6 NUMSUB")
        #expect(wire(BITFIELD(key: "k")) == "*2 $8 BITFIELD $1 k")
        #expect(PUBSUB.NUMSUB().callMetadata.misuse == nil)
    }
}
