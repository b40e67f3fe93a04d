// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import FaultInjection
internal import Pipeline
internal import ServerSupport
internal import Synchronization
internal import ToolkitTesting
internal import ValkeyToolkit

/// Everything at once.
extension Scenario {
    static let chaos = [c01]

    static let c01 = Scenario(
        id: "C01", title: "200 tasks × 500 calls on one connection, a fifth of them cancelled, in changing weather",
        isQuick: true, tasks: 200, rest: .milliseconds(60)
    ) { run in
        var generator = SeededGenerator(seed: run.options.seed)
        // All of them, or as many as continuous integration has time for.
        let each = run.options.isBrief ? 100 : 500
        let wanted = run.load.state.withLock { $0.calls.map { $0 + each } }
        let before = run.load.state.withLock { $0.calls.reduce(0, +) }
        let connects = run.proxy.accepted.count
        run.setManner(
            CallManner(
                timeout: .milliseconds(20) ... .seconds(1), cancelled: 0.35,
                cancelledAfter: .zero ... .milliseconds(50)))
        var mostConnections = 0
        while !run.haveMade(wanted) {
            try await run.spend(.next(of: &generator))
            mostConnections = max(mostConnections, try await run.serverConnections())
        }
        run.heal()
        run.setManner(CallManner())
        let (made, cancelled) = run.load.state.withLock { ($0.calls.reduce(0, +) - before, $0.cancelledCalls) }
        run.remark("\(made) calls, \(cancelled) of them cancelled; \(run.proxy.accepted.count - connects) connects")
        // Some have their replies before their time comes.
        if cancelled * 6 < made { run.note(.progress, "only \(cancelled) of \(made) calls were cancelled") }
        // One for all commands and one for the subscription; what a reset has left behind the server may not know yet.
        if mostConnections > 4 { run.note(.resources, "the server had \(mostConnections) connections at a time") }
        run.require(progressWithin: .seconds(1))
    }
}

/// What the connection is in for, for a moment.
private struct Weather {
    enum Server { case runs, pausesClients, isStopped }

    var plan = FaultPlan()
    var server = Server.runs
    var time: Duration

    static func next(of generator: inout SeededGenerator) -> Weather {
        func chance(of share: Double) -> Bool { generator.nextUnit() < share }
        var weather = Weather(time: generator.next(in: .milliseconds(100) ... .milliseconds(400)))
        weather.plan.seed = generator.next()
        let slowest = generator.next(in: .milliseconds(1) ... .milliseconds(40))
        let largest = generator.next(in: 1...64)
        let end = generator.next(in: 0...50_000)
        let silence = generator.next(in: .milliseconds(20) ... .milliseconds(300))
        for direction in FaultDirection.allCases {
            if chance(of: 0.6) { weather.plan[direction].append(.delay(.zero...slowest)) }
            if chance(of: 0.4) { weather.plan[direction].append(.split(into: 1...largest)) }
            // What is held back comes late: behind the calls that it is for.
            if chance(of: 0.2) { weather.plan[direction].append(.stall(.after(end / 2), for: silence)) }
            if chance(of: 0.1) { weather.plan[direction].append(.reset(.after(end))) }
        }
        let draw = generator.nextUnit()
        if draw < 0.1 { weather.server = .pausesClients } else if draw < 0.2 { weather.server = .isStopped }
        return weather
    }
}

extension ScenarioRun {
    /// Whether each task has made as many calls.
    fileprivate func haveMade(_ wanted: [Int]) -> Bool {
        load.state.withLock { zip($0.calls, wanted).allSatisfy { $0 >= $1 } }
    }

    /// Lets some time pass in this weather.
    fileprivate func spend(_ weather: Weather) async throws {
        inject(weather.plan)
        switch weather.server {
        case .runs: break
        case .pausesClients:
            let milliseconds = Int(weather.time / .milliseconds(1))
            _ = try await server.cli("CLIENT", "PAUSE", "\(milliseconds)", "ALL")
        case .isStopped: server.pause()
        }
        await pause(weather.time)
        if weather.server == .isStopped { server.resume() }
    }
}
