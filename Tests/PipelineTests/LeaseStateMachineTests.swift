// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import Testing

@testable import Pipeline

/// In what state a leased connection goes back, by what was done to it.
@Suite struct LeaseStateMachineTests {
    /// The ending of a lease on which these commands that bind state were executed.
    private func ending(after commands: String..., owesReplies: Bool = false, isOpen: Bool = true) throws
        -> LeaseStateMachine.Ending
    {
        var machine = LeaseStateMachine()
        try machine.execute("GET")
        for command in commands { _ = try machine.bind(command.split(separator: " ").map { String($0) }) }
        return machine.end(owesReplies: owesReplies, isOpen: isOpen)
    }

    @Test func `a connection to which nothing was bound is clean`() throws {
        #expect(try ending() == .clean)
    }

    @Test(arguments: [
        "SELECT 3", "select 3", "WATCH k", "MULTI", "AUTH user password", "HELLO 2", "RESET", "READONLY", "ASKING",
        "CLIENT TRACKING ON", "client tracking on", "CLIENT CACHING YES", "CLIENT SETNAME x",
    ])
    func `what RESET and a handshake take back is reset`(command: String) throws {
        #expect(try ending(after: command) == .reset)
    }

    @Test(arguments: [
        "QUIT", "CLIENT REPLY OFF", "CLIENT REPLY SKIP", "CLIENT REPLY ON", "CLIENT NO-EVICT ON", "CLIENT NO-TOUCH ON",
        "CLIENT CAPA redirect", "CLIENT IMPORT-SOURCE ON", "SCRIPT DEBUG YES", "CLIENT", "SOMETHING NEW",
    ])
    func `a connection in a state that nothing surely takes back is disposed of`(command: String) throws {
        #expect(try ending(after: command) == .dispose)
    }

    @Test func `so is one that owes replies, one that has ended, and one of a server that is a replica`() throws {
        #expect(try ending(owesReplies: true) == .dispose)
        #expect(try ending(isOpen: false) == .dispose)
        #expect(try ending(after: "SELECT 3", owesReplies: true) == .dispose)
        var machine = LeaseStateMachine()
        machine.failed(ServerError(message: "WRONGTYPE no list"))
        let unharmed = machine.end(owesReplies: false, isOpen: true)
        #expect(unharmed == .clean)
        machine.failed(ServerError(message: "READONLY You can't write against a read only replica."))
        let ending = machine.end(owesReplies: false, isOpen: true)
        #expect(ending == .dispose)
    }

    @Test(arguments: ["SUBSCRIBE a", "psubscribe *", "SSUBSCRIBE a", "MONITOR", "SYNC", "PSYNC ? -1", "REPLCONF a b"])
    func `what would make a feed of the connection is refused, and does it no harm`(command: String) throws {
        var machine = LeaseStateMachine()
        let words = command.split(separator: " ").map { String($0) }
        #expect(throws: CommandMisuse.bindsConnection(name: words[0].uppercased())) { _ = try machine.bind(words) }
        let ending = machine.end(owesReplies: false, isOpen: true)
        #expect(ending == .clean)
    }

    @Test func `while replies are off, commands are sent and not executed`() throws {
        var machine = LeaseStateMachine()
        let on = CommandMisuse.repliesAreOn(name: "SET")
        let off = CommandMisuse.repliesAreOff(name: "SET")
        #expect(throws: on) { try machine.send("SET") }
        let offIsAnswered = try machine.bind(["CLIENT", "REPLY", "OFF"])
        #expect(throws: off) { try machine.execute("SET") }
        try machine.send("SET")
        try machine.send("SET")
        let skipIsAnswered = try machine.bind(["CLIENT", "REPLY", "SKIP"])
        #expect(throws: off) { try machine.execute("SET") }
        let onIsAnswered = try machine.bind(["CLIENT", "REPLY", "ON"])
        #expect([offIsAnswered, skipIsAnswered, onIsAnswered] == [false, false, true])
        try machine.execute("SET")
        _ = try machine.bind(["CLIENT", "REPLY", "SKIP"])
        #expect(throws: off) { try machine.execute("SET") }
        #expect(throws: CommandMisuse.repliesAreOff(name: "SELECT")) { _ = try machine.bind(["SELECT", "1"]) }
        try machine.send("SET")
        try machine.execute("SET")
    }

    @Test func `after the end nothing is sent`() throws {
        var machine = LeaseStateMachine()
        let ending = machine.end(owesReplies: false, isOpen: true)
        #expect(ending == .clean)
        let misuse = CommandMisuse.connectionReturned(name: "GET")
        #expect(throws: misuse) { try machine.execute("GET") }
        #expect(throws: misuse) { try machine.send("GET") }
        #expect(throws: CommandMisuse.connectionReturned(name: "MULTI")) { _ = try machine.bind(["MULTI"]) }
    }
}
