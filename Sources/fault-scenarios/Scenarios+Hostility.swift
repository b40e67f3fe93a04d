// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import PubSub
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// Peers that announce more than there is, and peers that say more than anybody wants to hear.
extension Scenario {
    static let hostility = [f40, f41]

    static let f40 = Scenario(
        id: "F40", title: "replies that announce more than any memory holds", isQuick: true,
        configure: { $0.connection.silenceLimit = .seconds(2) }
    ) { run in
        // Less than 64 MiB in all, with what everybody has.
        run.state.withLock { $0.memoryAllowance = 56 << 20 }
        for (what, bytes) in HostileReply.all {
            // First in place of a reply, then in place of the handshake's.
            try await run.beHostile(what, bytes, to: "hostile-echo")
            try await run.beHostile("\(what) in the handshake", bytes, to: "LIB-VER")
        }
        run.heal()
        run.requireNoFailures()
        run.require(progressWithin: .seconds(1))
    }

    static let f41 = Scenario(
        id: "F41", title: "300,000 pushes in front of a reply; a flood of messages beside commands",
        configure: { $0.commandTimeout = .seconds(5) }
    ) { run in
        // A buffer full of messages, which the allocator keeps.
        run.state.withLock { $0.memoryAllowance = 16 << 20 }
        try await run.findReplyBehindPushes()
        try await run.flood()
        run.heal()
        run.requireNoFailures()
        run.require(progressWithin: .seconds(1))
    }
}

/// What nobody should believe.
private enum HostileReply {
    /// Made for whoever asks, and gone with them: 21 MB that the client hasn't taken, and that aren't to be counted as its own.
    static var all: [(what: String, bytes: [UInt8])] {
        [
            "*2147483647\r\n", "*9223372036854775807\r\n", "*200000000\r\n", "~2147483647\r\n", ">2147483647\r\n",
            "%4611686018427387904\r\n", "%100000000\r\n", "|4611686018427387904\r\n", "$9999999999999\r\n",
            "$9223372036854775807\r\n", "$500000000\r\n", "!500000000\r\n", "=500000000\r\n", "$-2\r\n", "*-2\r\n",
            "$18446744073709551616\r\n", "\u{0}\u{0}\u{0}\u{0}",
        ].map { ($0.trimmed, Array($0.utf8)) } + [
            ("a million nested arrays", Array(String(repeating: "*1\r\n", count: 1_000_000).utf8)),
            ("a million nested attributes", Array(String(repeating: "|1\r\n", count: 1_000_000).utf8)),
            ("a line that doesn't end", Array("+".utf8) + Array(repeating: 120, count: 4 << 20)),
            ("a number of a million digits", Array(":".utf8) + Array(repeating: 49, count: 1 << 20)),
            ("a million streamed parts", Array(("$?\r\n" + String(repeating: ";1\r\nx\r\n", count: 1 << 20)).utf8)),
        ]
    }
}

extension String {
    fileprivate var trimmed: String { String(prefix { !$0.isNewline }) }
}

extension ScenarioRun {
    /// A client gets these bytes in front of the reply to what has the trigger in it. Its calls end in time, and take no more than
    /// 64 MiB; the load notices nothing.
    fileprivate func beHostile(_ what: String, _ bytes: [UInt8], to trigger: String) async throws {
        let proxy = try FaultProxy(to: server.endpoint)
        defer { proxy.close() }
        proxy.setTrigger(FaultTrigger(trigger, .sending, then: FaultPlan(receiving: [.insert(.now, bytes)])))
        let client = makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-hostile"
            $0.commandTimeout = .milliseconds(700)
        }
        defer { client.close() }
        let before = ProcessMeter.now().residentBytes
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    // Such a peer may say what it likes, as long as the call ends.
                    _ = await self.load.call("ECHO answered with \(what)") { try? await client.echo("hostile-echo") }
                }
            }
        }
        if start.duration(to: .now) > .seconds(5) { note(.loss, "calls answered with \(what) took too long") }
        let growth = (ProcessMeter.now().residentBytes ?? 0) - (before ?? 0)
        if !options.isSanitized, growth > 64 << 20 { note(.resources, "\(what) has cost \(growth >> 20) MB") }
        if proxy.accepted.isEmpty { note(.progress, "\(what): nobody came") }
    }

    /// Pushes of a kind that nobody knows, between a command and its reply.
    fileprivate func findReplyBehindPushes() async throws {
        let proxy = try FaultProxy(to: server.endpoint)
        defer { proxy.close() }
        let pushes = Array(String(repeating: ">2\r\n+nobody-knows\r\n:1\r\n", count: 300_000).utf8)
        let plan = FaultPlan(receiving: [.insert(.now, pushes)])
        proxy.setTrigger(FaultTrigger("flooded", .sending, then: plan))
        let client = makeClient {
            $0.endpoint = proxy.endpoint
            $0.clientName = "faults-pushed"
            $0.commandTimeout = .seconds(30)
        }
        defer { client.close() }
        _ = try await client.ping()
        let start = ContinuousClock.now
        let reply = try await client.echo("flooded", as: String.self)
        if reply != "flooded" { note(.misdelivery, "behind 300,000 pushes came \(reply)") }
        remark("the reply behind 300,000 pushes took \(start.duration(to: .now))")
    }

    /// A hundred thousand messages a second, as far as the machine goes, and a subscriber who hears them in order or of a gap.
    fileprivate func flood() async throws {
        let channel = "faults:flood"
        let direct = makeClient {
            $0.endpoint = server.endpoint
            $0.clientName = "faults-flood"
            $0.commandTimeout = .seconds(30)
        }
        let hub = SubscriptionHub(direct)
        defer {
            hub.close()
            direct.close()
        }
        let subscription = try await hub.subscribe(to: channel)
        let ledger = Mutex(MessageLedger(channel: channel))
        let listening = Task {
            for try await event in subscription {
                ledger.withLock { ledger in
                    switch event {
                    case .message(let message):
                        ledger.heard(Int(String(message.payload)), on: String(message.channel))
                    case .gap: ledger.gap()
                    default: break
                    }
                }
            }
        }
        let start = ContinuousClock.now
        let time = seconds(3)
        var sent = 0
        while start.duration(to: .now) < time {
            // A hundredth of a second's.
            let numbers = ledger.withLock { ledger in (0..<1000).map { _ in ledger.nextMessage() } }
            let batch = direct.pipeline()
            for number in numbers { batch.publish(channel, number) }
            _ = try await batch.run()
            for number in numbers { ledger.withLock { $0.published(number, receivers: 1) } }
            sent += numbers.count
            let due = start + .milliseconds(10) * (sent / 1000)
            if due > .now { await pause(ContinuousClock.now.duration(to: due)) }
        }
        let rate = Int(Double(sent) / (start.duration(to: .now) / .seconds(1)))
        _ = await until(.seconds(5)) { ledger.withLock { $0.lastHeard } == sent }
        subscription.cancel()
        try? await listening.value
        let found = ledger.withLock { $0 }
        remark("\(rate) messages a second; \(found.heardCount) of \(sent) were heard, with \(found.gaps) gaps")
        for violation in found.violations.prefix(5) { note(violation.criterion, violation.text) }
        if found.lastHeard != sent { note(.loss, "the last message was not heard") }
    }
}
