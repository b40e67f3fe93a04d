// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

/// Commands whose grammar is written by hand, or has several Swift forms.
@Suite struct GrammarTests {
    @Test func `BITFIELD sends its operations in order`() throws {
        let command = BITFIELD(
            key: "k",
            operations: [
                .get(encoding: "u8", offset: "#1"), .overflow(.sat),
                .incrby(encoding: "i5", offset: 100, increment: -1),
            ])
        #expect(
            try words(command) == ["BITFIELD", "k", "GET", "u8", "#1", "OVERFLOW", "SAT", "INCRBY", "i5", "100", "-1"])
        #expect(
            try words(BITFIELD_RO(key: "k", operations: [.get(encoding: "u8", offset: 0)])) == [
                "BITFIELD_RO", "k", "GET", "u8", "0",
            ])
        #expect(keys(command) == ["k"])
    }

    @Test func `CLIENT KILL takes filters, or an address`() throws {
        #expect(
            try words(CLIENT.KILL(filters: [.id([5, 6]), .type(.pubsub), .skipme(.no), .user("joe")]))
                == ["CLIENT", "KILL", "ID", "5", "6", "TYPE", "PUBSUB", "SKIPME", "NO", "USER", "joe"])
        #expect(try words(CLIENT.KILL_ADDRESS(address: "127.0.0.1:1")) == ["CLIENT", "KILL", "127.0.0.1:1"])
    }

    @Test func `MIGRATE takes one key, or many behind an empty word`() throws {
        let one = MIGRATE(host: "h", port: 1, key: "k", destinationDb: 0, timeout: .seconds(1), copy: true)
        #expect(try words(one) == ["MIGRATE", "h", "1", "k", "0", "1000", "COPY"])
        #expect(keys(one) == ["k"])
        let many = MIGRATE_KEYS(
            host: "h", port: 1, destinationDb: 0, timeout: .seconds(1),
            authentication: .auth2(username: "u", password: "p"),
            keys: BulkStringList(["a", "b"]))
        #expect(try words(many) == ["MIGRATE", "h", "1", "", "0", "1000", "AUTH2", "u", "p", "KEYS", "a", "b"])
        #expect(keys(many) == ["a", "b"])
    }

    @Test func `CLUSTER MIGRATESLOTS takes ranges for each node`() throws {
        let command = CLUSTER.MIGRATESLOTS(migrations: [
            .ranges(ranges: [0...10, 20...30], nodeId: "n1"),
            .ranges(ranges: [40...50], nodeId: "n2"),
        ])
        #expect(
            try words(command)
                == [
                    "CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "0", "10", "20", "30", "NODE", "n1", "SLOTSRANGE", "40",
                    "50",
                    "NODE", "n2",
                ])
    }

    @Test func `CLUSTER SLOT-STATS asks for slots, or orders them`() throws {
        #expect(
            try words(CLUSTER.SLOT_STATS(startSlot: 0, endSlot: 9)) == [
                "CLUSTER", "SLOT-STATS", "SLOTSRANGE", "0", "9",
            ])
        #expect(
            try words(CLUSTER.SLOT_STATS_ORDERBY(metric: "key-count", limit: 3, order: .desc))
                == ["CLUSTER", "SLOT-STATS", "ORDERBY", "key-count", "LIMIT", "3", "DESC"])
    }

    @Test func `SHUTDOWN takes its options, or is taken back`() throws {
        #expect(try words(SHUTDOWN()) == ["SHUTDOWN"])
        #expect(try words(SHUTDOWN(saveSelector: .nosave, now: true)) == ["SHUTDOWN", "NOSAVE", "NOW"])
        #expect(try words(SHUTDOWN_ABORT()) == ["SHUTDOWN", "ABORT"])
    }

    @Test func `MODULE LOADEX takes settings and arguments`() throws {
        #expect(
            try words(
                MODULE.LOADEX(path: "m.so", configs: [.config(name: "a", value: "1")], args: BulkStringList(["x"])))
                == ["MODULE", "LOADEX", "m.so", "CONFIG", "a", "1", "ARGS", "x"])
    }

    @Test func `forms with another reply send their word`() throws {
        #expect(try words(ACL.LOG(count: 3)) == ["ACL", "LOG", "3"])
        #expect(try words(ACL.LOG_RESET()) == ["ACL", "LOG", "RESET"])
        #expect(
            try words(XINFO.STREAM_FULL<RESPBytes>(key: "s", count: 2)) == [
                "XINFO", "STREAM", "s", "FULL", "COUNT", "2",
            ])
        #expect(
            try words(XPENDING_RANGE(key: "s", group: "g", start: .first, end: .last, count: 5)) == [
                "XPENDING", "s", "g", "-", "+", "5",
            ])
    }
}
