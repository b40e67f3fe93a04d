// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Synchronization
import Testing
import ToolkitTesting
import Transport

@testable import Pipeline

/// A connection under more load than it may take: callers wait for their turn, and nothing grows meanwhile.
@Suite(.timeLimit(.minutes(2))) struct BackPressureTests {
    private func open(
        _ server: ScriptedServer, clock: ManualClock = ManualClock(), _ change: (inout ConnectionSettings) -> Void
    ) async throws -> RESPConnection {
        var configuration = NodeConfiguration(endpoint: .unix(path: "memory"))
        change(&configuration.connection)
        return try await RESPConnection.open(configuration, environment: ClientEnvironment(server.connector, clock))
    }

    private func call(
        _ connection: RESPConnection, _ text: String, deadline: Moment? = nil
    ) -> Task<String, any Error> {
        let options = CallOptions(now: Moment(nanoseconds: 0), deadline: deadline, mayWaitInline: false)
        return Task {
            let reply = try await connection.roundTrip(options) { echo(text).encode(into: &$0) }
            return try reply.decode(as: String.self)
        }
    }

    /// Waits, without time, until so many callers are in line.
    private func waitForLine(_ connection: RESPConnection, _ count: Int) async throws {
        try await wait { connection.core.withLock { $0.line.count } == count }
    }

    @Test func `callers beyond the bound wait, in the order of calling, until replies make room`() async throws {
        let server = ScriptedServer { _ in .none }
        let connection = try await open(server) { $0.maximumInFlight = 2 }
        var calls: [Task<String, any Error>] = []
        for number in 0..<6 {
            calls.append(call(connection, "\(number)"))
            if number < 2 { try await server.waitForCommands(number + 1) }
            if number >= 2 { try await waitForLine(connection, number - 1) }
        }
        #expect(server.commands.count == 2)
        for number in 0..<6 {
            server.send(.bulk("\(number)"), to: 0)
            #expect(try await calls[number].value == "\(number)")
            try await server.waitForCommands(min(6, number + 3))
            #expect(connection.inFlight <= 2)
        }
        #expect(server.commands.map { $0.words[1] } == (0..<6).map(String.init))
        connection.close()
    }

    @Test(arguments: [1, 3, 100], [false, true])
    func `with any bound every caller gets its own reply`(bound: Int, byBytes: Bool) async throws {
        let connection = try await open(.echo { $0.canWaitInline = true }) {
            if byBytes { $0.maximumUnsentBytes = bound } else { $0.maximumInFlight = bound }
        }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<50 {
                group.addTask {
                    for round in 0..<10 {
                        let text = "\(task) \(round)"
                        let call = self.call(connection, text)
                        if round == task % 10 {
                            call.cancel()
                            _ = await call.result
                        } else if try await call.value != text {
                            return false
                        }
                    }
                    return true
                }
            }
            for try await allRight in group { #expect(allRight) }
        }
        #expect(connection.core.withLock { $0.line.isEmpty && $0.queue.isEmpty })
        connection.close()
    }

    @Test func `a caller that is cancelled in line returns at once, and nothing of it is sent`() async throws {
        let server = ScriptedServer { _ in .none }
        let connection = try await open(server) { $0.maximumInFlight = 1 }
        let first = call(connection, "first")
        try await server.waitForCommands(1)
        let second = call(connection, "second")
        try await waitForLine(connection, 1)
        let third = call(connection, "third")
        try await waitForLine(connection, 2)
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        server.send(.bulk("1"), to: 0)
        try await server.waitForCommands(2)
        server.send(.bulk("3"), to: 0)
        #expect(try await (first.value, third.value) == ("1", "3"))
        #expect(server.commands.map { $0.words[1] } == ["first", "third"])
        connection.close()
    }

    @Test func `a deadline that passes in line says that nothing was sent`() async throws {
        let clock = ManualClock()
        let server = ScriptedServer { _ in .none }
        let connection = try await open(server, clock: clock) { $0.maximumInFlight = 1 }
        let first = call(connection, "first")
        try await server.waitForCommands(1)
        let now = Moment(clock.now)
        let second = call(connection, "second", deadline: now + 1_000_000_000)
        try await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
        let error = await #expect(throws: ConnectionError.self) { try await second.value }
        guard case .timedOut(.notSent, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        server.send(.bulk("1"), to: 0)
        #expect(try await first.value == "1")
        #expect(server.commands.count == 1)
        connection.close()
    }

    @Test func `when the connection ends those in line learn that nothing was sent`() async throws {
        let server = ScriptedServer { _ in .none }
        let connection = try await open(server) { $0.maximumInFlight = 1 }
        let first = call(connection, "first")
        try await server.waitForCommands(1)
        let second = call(connection, "second")
        try await waitForLine(connection, 1)
        connection.close()
        let errors = await [first.result, second.result].map { result -> Bool? in
            if case .failure(let error as ConnectionError) = result { return error.mayHaveExecuted }
            return nil
        }
        #expect(errors == [true, false])
    }

    @Test func `one caller more than may wait is refused`() async throws {
        let server = ScriptedServer { _ in .none }
        let connection = try await open(server) {
            $0.maximumInFlight = 1
            $0.maximumWaiting = 1
        }
        let first = call(connection, "first")
        try await server.waitForCommands(1)
        let second = call(connection, "second")
        try await waitForLine(connection, 1)
        let error = await #expect(throws: ConnectionError.self) { try await call(connection, "third").value }
        guard case .overloaded(waiting: 1, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(error?.mayHaveExecuted == false)
        connection.close()
        _ = await (first.result, second.result)
    }

    @Test func `bytes that can not leave hold callers back, and all of them leave in the end`() async throws {
        // The server's side reads nothing until it is told to.
        let (near, far) = InMemoryTransport.pair()
        var settings = ConnectionSettings()
        settings.maximumUnsentBytes = 100_000
        let connection = RESPConnection(
            transport: near, settings: settings, environment: .live, mode: .commands, onPush: nil, onClose: nil)
        let value = [UInt8](repeating: 0x78, count: 40_000)
        let options = CallOptions(now: Moment(nanoseconds: 0), deadline: nil, mayWaitInline: false)
        let calls = (0..<20).map { number in
            Task {
                try await connection.roundTrip(options) {
                    RawCommand("SET", "\(number)", value, as: String.self).encode(into: &$0)
                }
            }
        }
        try await wait { connection.core.withLock { $0.line.count } >= 15 }
        #expect(connection.core.withLock { $0.load.unsent } <= 100_000)
        #expect(connection.inFlight < 6)
        let server = ScriptedServer { _ in .ok }
        server.serve(far)
        for call in calls { #expect(try await call.value.decode(as: String.self) == "OK") }
        #expect(server.commands.count == 20)
        #expect(server.commands.allSatisfy { $0.arguments[2] == value })
        connection.close()
    }

    @Test func `a large request that has not left is withdrawn, and those around it are sent as they were`()
        async throws
    {
        let (near, far) = InMemoryTransport.pair()
        let connection = RESPConnection(
            transport: near, settings: ConnectionSettings(), environment: .live, mode: .commands, onPush: nil,
            onClose: nil)
        let options = CallOptions(now: Moment(nanoseconds: 0), deadline: nil, mayWaitInline: false)
        // The first fills the transport, so that the others wait behind it.
        let sizes = [200_000, 30_000, 50_000, 70_000, 10]
        var calls: [Task<RESPFrame, any Error>] = []
        for (number, size) in sizes.enumerated() {
            let value = [UInt8](repeating: UInt8(number), count: size)
            calls.append(
                Task {
                    try await connection.roundTrip(options) {
                        RawCommand("SET", "\(number)", value, as: String.self).encode(into: &$0)
                    }
                })
            try await wait { connection.inFlight == number + 1 && far.readableByteCount == 65_536 }
        }
        for number in [1, 3] { calls[number].cancel() }
        for number in [1, 3] { await #expect(throws: CancellationError.self) { try await calls[number].value } }
        let server = ScriptedServer { _ in .ok }
        server.serve(far)
        for number in [0, 2, 4] { #expect(try await calls[number].value.decode(as: String.self) == "OK") }
        #expect(server.commands.map { $0.words[1] } == ["0", "2", "4"])
        for command in server.commands {
            let number = try #require(Int(command.words[1]))
            #expect(command.arguments[2] == [UInt8](repeating: UInt8(number), count: sizes[number]))
        }
        connection.close()
    }
}
