// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing
import Transport

@testable import Pipeline

@Suite struct HandshakeStateMachineTests {
    private func configuration(_ change: (inout NodeConfiguration) -> Void = { _ in }) -> NodeConfiguration {
        var configuration = NodeConfiguration(endpoint: .tcp(host: "localhost", port: 6379))
        change(&configuration)
        return configuration
    }

    private func frames(_ encoded: String...) throws -> [RESPFrame] {
        try encoded.map { try RESPFrame(encoded: Array($0.utf8)) }
    }

    private func wire(_ machine: HandshakeStateMachine, _ action: HandshakeStateMachine.Action) -> String {
        guard case .send(let steps) = action else { return "ready" }
        var encoder = CommandEncoder()
        machine.encode(steps, into: &encoder)
        var bytes: [UInt8] = []
        for index in encoder.span.indices { bytes.append(encoder.span[index]) }
        return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: " ")
    }

    private let hello3 = "%2\r\n+server\r\n+valkey\r\n+proto\r\n:3\r\n"

    @Test func `HELLO carries user, password and name, and everything leaves in one flight`() {
        let machine = HandshakeStateMachine(
            configuration {
                $0.credentials = Credentials(username: "ann", password: "secret")
                $0.clientName = "me"
                $0.database = 4
            })
        #expect(machine.start() == .send([.hello, .selectDatabase, .announceCapabilities, .setInfo, .setInfo]))
        #expect(
            wire(machine, machine.start()).hasPrefix(
                "*7 $5 HELLO $1 3 $4 AUTH $3 ann $6 secret $7 SETNAME $2 me *2 $6 SELECT $1 4 "
                    + "*3 $6 CLIENT $4 CAPA $8 redirect *4 $6 CLIENT $7 SETINFO $8 LIB-NAME"))
    }

    @Test func `a password without a user is the default user's`() {
        let machine = HandshakeStateMachine(configuration { $0.credentials = Credentials(password: "p") })
        #expect(wire(machine, machine.start()).hasPrefix("*5 $5 HELLO $1 3 $4 AUTH $7 default $1 p "))
    }

    @Test func `RESP2 by choice authenticates and names itself with commands of their own`() {
        let machine = HandshakeStateMachine(
            configuration {
                $0.protocolVersion = .resp2
                $0.credentials = Credentials(password: "p")
                $0.clientName = "me"
            })
        #expect(
            machine.start() == .send([.authenticate, .setName, .identify, .announceCapabilities, .setInfo, .setInfo]))
        #expect(wire(machine, machine.start()).hasPrefix("*2 $4 AUTH $1 p *3 $6 CLIENT $7 SETNAME $2 me *1 $5 HELLO "))
    }

    @Test func `good answers make the connection ready`() throws {
        var machine = HandshakeStateMachine(configuration())
        let replies = try frames(hello3, "+OK\r\n", "+OK\r\n")
        let answer = try machine.received(replies, to: [.hello, .setInfo, .setInfo])
        #expect(answer == .ready(.resp3))
    }

    @Test func `a server that does not know HELLO is spoken to in RESP2`() throws {
        var machine = HandshakeStateMachine(
            configuration {
                $0.credentials = Credentials(password: "p")
                $0.database = 2
            })
        let replies = try frames(
            "-ERR unknown command 'HELLO', with args beginning with: '3'\r\n", "-NOAUTH Authentication required.\r\n",
            "-NOAUTH Authentication required.\r\n", "-NOAUTH Authentication required.\r\n")
        let action = try machine.received(replies, to: [.hello, .selectDatabase, .setInfo, .setInfo])
        #expect(action == .send([.authenticate, .selectDatabase, .announceCapabilities, .setInfo, .setInfo]))
        let answers = try frames("+OK\r\n", "+OK\r\n", "+OK\r\n", "+OK\r\n")
        #expect(
            try machine.received(answers, to: [.authenticate, .selectDatabase, .setInfo, .setInfo]) == .ready(.resp2))
    }

    @Test(arguments: [
        (HandshakeStep.hello, "-WRONGPASS invalid username-password pair or user is disabled.\r\n"),
        (.hello, "-NOAUTH HELLO must be called with the client already authenticated\r\n"),
        (.authenticate, "-ERR Client sent AUTH, but no password is set\r\n"),
        (.selectDatabase, "-ERR DB index is out of range\r\n"),
        (.setName, "-ERR Client names cannot contain spaces\r\n"),
        (.readOnly, "-ERR This instance has cluster support disabled\r\n"),
    ])
    func `a refused step names itself and the server's error`(step: HandshakeStep, reply: String) throws {
        var machine = HandshakeStateMachine(configuration())
        let replies = try frames(reply)
        let error = #expect(throws: ConnectionError.self) { try machine.received(replies, to: [step]) }
        guard case .handshakeRefused(step, let refusal)? = error else {
            Issue.record("wanted a refusal of \(step), got \(String(describing: error))")
            return
        }
        #expect(reply.contains(refusal.message))
    }

    @Test(arguments: [
        (HandshakeStep.hello, "+OK\r\n"), (.hello, "%1\r\n+proto\r\n:2\r\n"), (.selectDatabase, ":1\r\n"),
        (.authenticate, "+QUEUED\r\n"), (.setName, "$-1\r\n"),
    ])
    func `an answer of another kind than the step's is an error`(step: HandshakeStep, reply: String) throws {
        var machine = HandshakeStateMachine(configuration())
        let replies = try frames(reply)
        let error = #expect(throws: ConnectionError.self) { try machine.received(replies, to: [step]) }
        guard case .handshakeReplyUnexpected(step, _)? = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func `a client that doesn't follow redirects announces nothing`() {
        let machine = HandshakeStateMachine(configuration { $0.followsRedirects = false })
        #expect(machine.start() == .send([.hello, .setInfo, .setInfo]))
    }

    @Test func `a server that knows no capabilities is as good`() throws {
        var machine = HandshakeStateMachine(configuration())
        let replies = try frames(hello3, "-ERR unknown subcommand 'CAPA'. Try CLIENT HELP.\r\n", "+OK\r\n", "+OK\r\n")
        let answer = try machine.received(replies, to: [.hello, .announceCapabilities, .setInfo, .setInfo])
        #expect(answer == .ready(.resp3))
    }

    @Test(arguments: [
        "%2\r\n+server\r\n+redis\r\n+version\r\n+7.0.15\r\n", "*4\r\n+server\r\n+redis\r\n+version\r\n+7.0.15\r\n",
    ])
    func `in RESP2 a server says who it is without a change of protocol`(greeting: String) throws {
        var machine = HandshakeStateMachine(configuration { $0.protocolVersion = .resp2 })
        let replies = try frames(greeting, "+OK\r\n", "+OK\r\n")
        #expect(try machine.received(replies, to: [.identify, .setInfo, .setInfo]) == .ready(.resp2))
        #expect(machine.server == ServerIdentity(product: "redis", version: ServerVersion(7, 0, 15)))
    }

    @Test(arguments: ["-NOPERM no permissions\r\n", "-ERR unknown command 'HELLO'\r\n", "+OK\r\n", "$-1\r\n"])
    func `a server that does not say who it is is as good`(answer: String) throws {
        var machine = HandshakeStateMachine(configuration { $0.protocolVersion = .resp2 })
        #expect(try machine.received(frames(answer), to: [.identify]) == .ready(.resp2))
        #expect(machine.server == nil)
    }

    @Test func `a server without CLIENT SETINFO is as good`() throws {
        var machine = HandshakeStateMachine(configuration())
        let replies = try frames(
            hello3, "-ERR unknown subcommand 'SETINFO'. Try CLIENT HELP.\r\n", "-ERR unknown subcommand\r\n")
        let answer = try machine.received(replies, to: [.hello, .setInfo, .setInfo])
        #expect(answer == .ready(.resp3))
    }
}
