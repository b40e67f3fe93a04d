// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Foundation
internal import Pipeline
internal import Pool
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import Transport
internal import ValkeyToolkit

/// The client's own machine: its descriptors, its clock, its resolver.
extension Scenario {
    static let surroundings = [f36, f37, f38]

    static let f36 = Scenario(
        id: "F36", title: "64 descriptors, and 200 connections wanted", isQuick: true,
        configure: { $0.maximumConnections = 200 }
    ) { run in
        // The proxy needs two descriptors for each connection, so the callers go to the server without it.
        let hungry = run.makeClient {
            $0.endpoint = run.server.endpoint
            $0.clientName = "faults-hungry"
        }
        defer { hungry.close() }
        _ = try await hungry.ping()
        // The buffers of some thirty connections more, which the allocator keeps.
        run.state.withLock { $0.memoryAllowance = 8 << 20 }
        // What the load and the proxy take by themselves.
        let before = CoreShare()
        await run.pause(.seconds(1))
        let own = before.untilNow()
        let former = setDescriptorLimit(64)
        let start = CoreShare()
        let refused = await withTaskGroup(of: Bool.self) { group in
            let time = run.seconds(4)
            for caller in 0..<200 {
                group.addTask {
                    do {
                        _ = try await hungry.blpop("faults:empty:\(caller)", timeout: time)
                        return false
                    } catch {
                        return "\(error)".contains("errno 24")
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let all = start.untilNow()
        let percentages = "\(Int(all * 100)) % of a core, \(Int(own * 100)) % by load and proxy before"
        run.remark("\(refused) of 200 callers told; \(percentages)")
        // Whoever spins takes a whole one.
        if all > own + 0.3 { run.note(.storm, "the process spins: \(percentages)") }
        if refused == 0 { run.note(.progress, "nobody was told that there are no descriptors") }
        hungry.close()
        _ = setDescriptorLimit(former)
        run.markHealed()
        run.require(progressWithin: .seconds(1))
    }

    /// A library that is loaded before the system's own steps the wall clock by an hour to and fro; see Scripts/faults.
    static let f37 = Scenario(
        id: "F37", title: "the wall clock is stepped by an hour, again and again", isQuick: true,
        surroundings: ["LD_PRELOAD": ProcessInfo.processInfo.environment["FAULTS_STEPPING_CLOCK"] ?? ""]
    ) { run in
        // Not before: the runner's own waiting for its server goes by the wall clock.
        setEnvironmentVariable("FAULTS_STEPS_CLOCK", "1")
        defer { forgetEnvironmentVariable("FAULTS_STEPS_CLOCK") }
        let before = Date.now
        var step = 0.0
        for _ in 1...8 {
            await run.pause(.milliseconds(250))
            step = max(step, abs(Date.now.timeIntervalSince(before)))
        }
        guard step > 3000 else { return run.note(.progress, "the wall clock is not stepped here: \(step) s") }
        // Calls on a connection that answers nothing must end by their deadlines, not before and not after.
        run.inject(.both([.stall(.now)]))
        let start = ContinuousClock.now
        let (_, outcome) = await run.load.call("PING into a stall") { try await run.client.ping() }
        let waited = start.duration(to: .now)
        if outcome == .ok || waited < run.load.timeout { run.note(.loss, "a call ended early: after \(waited)") }
        await run.pause(run.seconds(3))
        run.heal()
        run.require(progressWithin: .seconds(1))
    }

    private static let resolver = FlippingResolver()

    static let f38 = Scenario(
        id: "F38", title: "a name moves between dead and live addresses, and a resolver hangs", isQuick: true,
        configure: { configuration in
            guard case .tcp(_, let port) = configuration.endpoint else { return }
            configuration.endpoint = .tcp(host: "moving.test", port: port)
        },
        environment: { ClientEnvironment(connector: SocketConnector(resolver: resolver)) }
    ) { run in
        let asked = resolver.questions
        for addresses in [["127.0.0.2"], ["127.0.0.2", "127.0.0.1"]] {
            resolver.setAddresses(addresses)
            run.proxy.resetAll()
            await run.pause(.seconds(1))
            resolver.setAddresses(["127.0.0.1"])
            run.load.setMark()
            let progress = await run.waitForProgress(.seconds(2))
            if progress.map({ $0 > .seconds(1) }) ?? true {
                run.note(.progress, "\(addresses): back \(progress.map { "after \($0)" } ?? "never")")
            }
        }
        if resolver.questions < asked + 2 { run.note(.progress, "the name was not resolved anew") }
        // A name that nobody answers for must not hold up the others, nor its own callers beyond their deadline.
        let counts = run.counts
        let slow = run.makeClient(environment: ClientEnvironment(connector: SocketConnector(resolver: resolver))) {
            $0.endpoint = .tcp(host: "slow.test", port: 1)
        }
        defer { slow.close() }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let (_, outcome) = await run.load.call("a name without answer") { try await slow.ping() }
                    run.load.state.withLock { $0.ledger.ended(outcome) }
                    if outcome != .notExecuted { run.note(.loss, "a call to nowhere ended \(outcome)") }
                }
            }
        }
        if run.counts.ok <= counts.ok { run.note(.progress, "other clients were held up by a slow lookup") }
        run.heal()
        run.require(progressWithin: .seconds(1))
    }
}

/// A resolver under the scenario's control: one name that moves, and one that nobody answers for.
private final class FlippingResolver: AddressResolver {
    private let state = Mutex((addresses: ["127.0.0.1"], questions: 0))

    var questions: Int { state.withLock { $0.questions } }

    func setAddresses(_ addresses: [String]) { state.withLock { $0.addresses = addresses } }

    func addresses(of host: String, port: UInt16) async throws -> [SocketAddress] {
        if host == "slow.test" { try await Task.sleep(for: .seconds(5)) }
        let addresses = state.withLock { state in
            state.questions += 1
            return state.addresses
        }
        return addresses.compactMap { SocketAddress(ip: $0, port: port) }
    }
}
