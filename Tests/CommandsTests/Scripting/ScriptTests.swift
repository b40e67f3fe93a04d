// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import Synchronization
import Testing

@testable import Commands

/// Answers commands by their words, and remembers them.
final class WordExecutor: CommandExecutor, Sendable {
    let asked = Mutex<[[String]]>([])
    private let answer: @Sendable ([String]) throws -> String

    /// - Parameter answer: a reply with spaces for line ends, see `reply(_:)`.
    init(_ answer: @escaping @Sendable ([String]) throws -> String) { self.answer = answer }

    func execute<C: Command>(_ command: C) async throws -> C.Reply {
        let words = try words(command)
        asked.withLock { $0.append(words) }
        let answer = try answer(words)
        if answer.hasPrefix("-") { throw ServerError(message: String(answer.dropFirst())) }
        return try reply(answer)
    }
}

@Suite struct ScriptTests {
    private let script = Script("return 1")
    private let digest = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"

    @Test func `a script has the digest that servers know it by`() {
        #expect(script.sha1 == digest)
        #expect(script == Script("return 1"))
        // Canonically equal, but other bytes, so another script to the server.
        #expect(Script("return 'e\u{301}'") != Script("return '\u{e9}'"))
    }

    @Test func `a script that the server knows is one command`() async throws {
        let executor = WordExecutor { _ in ":7" }
        #expect(try await executor.eval(script, keys: ["k"], args: [3], as: Int.self) == 7)
        #expect(executor.asked.withLock { $0 } == [["EVALSHA", digest, "1", "k", "3"]])
    }

    @Test(arguments: ["NOSCRIPT No matching script.", "NOSCRIPT No matching script. Please use EVAL."])
    func `the text follows once when the server doesn't know the digest`(refusal: String) async throws {
        let executor = WordExecutor { $0[0] == "EVALSHA" ? "-" + refusal : ":7" }
        #expect(try await executor.eval(script, keys: ["k"], args: ["a"], as: Int.self) == 7)
        #expect(
            executor.asked.withLock { $0 } == [
                ["EVALSHA", digest, "1", "k", "a"], ["EVAL", "return 1", "1", "k", "a"],
            ])
    }

    @Test func `a server that never knows anything is asked twice`() async throws {
        let executor = WordExecutor { _ in "-NOSCRIPT No matching script." }
        await #expect(throws: ServerError(message: "NOSCRIPT No matching script.")) {
            try await executor.eval(script)
        }
        #expect(executor.asked.withLock { $0.map(\.[0]) } == ["EVALSHA", "EVAL"])
    }

    @Test(arguments: ["NOSCRIPT says the script itself", "ERR No matching script", "WRONGTYPE of a key"])
    func `a script's own error is no reason to run it again`(message: String) async throws {
        let executor = WordExecutor { _ in "-" + message }
        await #expect(throws: ServerError(message: message)) { try await executor.eval(script) }
        await #expect(throws: ServerError(message: message)) { _ = try await executor.evalReadOnly(script) }
        #expect(executor.asked.withLock { $0.map(\.[0]) } == ["EVALSHA", "EVALSHA_RO"])
    }

    @Test func `a script that only reads is sent as such`() async throws {
        let executor = WordExecutor { $0[0] == "EVALSHA_RO" ? "-NOSCRIPT No matching script." : "$1 v" }
        #expect(try await executor.evalReadOnly(script, keys: ["k"], as: String.self) == "v")
        #expect(
            executor.asked.withLock { $0 } == [["EVALSHA_RO", digest, "1", "k"], ["EVAL_RO", "return 1", "1", "k"]])
        #expect(EVALSHA_RO<RESPFrame>.metadata.idempotency == .readOnly)
        #expect(EVALSHA<RESPFrame>.metadata.idempotency == .accumulating)
    }

    @Test func `queues carry the text`() {
        let queue = WordQueue()
        queue.eval(script, keys: ["k"]).evalReadOnly(script, args: [1])
        #expect(
            queue.buffer.commands == [
                "*4 $4 EVAL $8 return 1 $1 1 $1 k", "*4 $7 EVAL_RO $8 return 1 $1 0 $1 1",
            ])
    }

    @Test(arguments: [
        (
            "WRONGTYPE Operation against a key holding the wrong kind of value script: abc0, on @user_script:3.",
            ScriptFailure.Phase.running, 3, "abc0" as String?
        ),
        ("ERR user_script:1: oops script: on @user_script:12.", .running, 12, nil),
        ("WRONGTYPE Operation script: bump, on @user_function:2.", .running, 2, "bump"),
        ("ERR Error compiling script (new function): user_script:4: unexpected symbol near 'x'", .compiling, 4, nil),
        ("ERR Error compiling function: user_function:2: unexpected symbol near '<eof>'", .compiling, 2, nil),
    ])
    func `an error of a script says the line`(
        message: String, phase: ScriptFailure.Phase, line: Int, script: String?
    ) throws {
        let failure = try #require(ServerError(message: message).scriptFailure)
        #expect(failure.phase == phase)
        #expect(failure.line == line)
        #expect(failure.script == script)
    }

    @Test(arguments: [
        "", "ERR", "WRONGTYPE Operation", "MY own", "ERR x on @user_.", "ERR x on @user_script:.",
        "ERR x on @user_script:99999999999999999999.", "ERR Error compiling : user_",
        "ERR Error compiling x: user_script:x:",
    ])
    func `other errors have no line, whatever they say`(message: String) {
        #expect(ServerError(message: message).scriptFailure == nil)
    }
}

@Suite struct FunctionCodeTests {
    @Test func `a library says its name and its engine`() throws {
        let code = try FunctionCode("#!lua name=counters\nreturn")
        #expect(code.library == "counters")
        #expect(code.engine == "lua")
        #expect(try FunctionCode("#!lua  name=a").library == "a")
        #expect(try FunctionCode("#!lua name=a\r\nserver.call()").library == "a")
    }

    @Test(arguments: ["", "return 1", "#!lua", "#!lua\nname=a", "#! name=a", "#!lua name=", "#!lua name=a name=b"])
    func `a library without a name is refused`(source: String) {
        #expect(throws: FunctionCodeError.noName) { try FunctionCode(source) }
    }

    @Test func `a library replaces what was there, and its name is checked`() async throws {
        let code = try FunctionCode("#!lua name=counters")
        let executor = WordExecutor { _ in "$8 counters" }
        try await executor.functionLoad(code)
        #expect(executor.asked.withLock { $0 } == [["FUNCTION", "LOAD", "REPLACE", "#!lua name=counters"]])
        let other = WordExecutor { _ in "$5 other" }
        await #expect(throws: FunctionCodeError.loadedAs("other")) { try await other.functionLoad(code) }
    }
}
