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
        let corners: GeoArea = .polygon(.many([]))
        #expect(GEOSEARCH<RESPBytes>(key: "k", area: corners).callMetadata.misuse == .lacksArguments(name: "GEOSEARCH"))
        let migration = CLUSTER.MIGRATESLOTS.Migration.ranges(ranges: [], nodeId: "n")
        #expect(
            CLUSTER.MIGRATESLOTS(migrations: [migration]).callMetadata.misuse
                == .lacksArguments(name: "CLUSTER MIGRATESLOTS"))
    }

    @Test func `commands that bind a connection say so as well, where the server wants one`() {
        let empty = BulkStringList.many([])
        let incomplete: [any ConnectionCommand] = [
            WATCH(empty), SUBSCRIBE(empty), PSUBSCRIBE(empty), SSUBSCRIBE(empty), CLIENT.CAPA([]),
        ]
        for command in incomplete { #expect(command.callMetadata.flags.contains(.lacksArguments)) }
        let complete: [any ConnectionCommand] = [
            WATCH(.one("k")), SUBSCRIBE(.one("c")), PSUBSCRIBE(.one("c*")), SSUBSCRIBE(.one("c")),
            CLIENT.CAPA(["redirect"]), UNSUBSCRIBE(), PUNSUBSCRIBE(), SUNSUBSCRIBE(), MULTI(),
        ]
        for command in complete { #expect(!command.callMetadata.flags.contains(.lacksArguments)) }
    }

    @Test func `lists that may be empty are left out`() throws {
        #expect(wire(PUBSUB.NUMSUB()) == "*2 $6 PUBSUB $6 NUMSUB")
        #expect(wire(BITFIELD(key: "k")) == "*2 $8 BITFIELD $1 k")
        #expect(PUBSUB.NUMSUB().callMetadata.misuse == nil)
    }
}
