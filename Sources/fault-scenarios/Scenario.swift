// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ServerSupport
internal import ValkeyToolkit

/// Something that goes wrong between a client and its server, and what the client must make of it.
///
/// To add one, write a value like those in `Scenarios+….swift` and put it into ``all``:
///
/// 1. `configure` sets the client up; the load (``BaseLoad``) has run for a second when `body` begins.
/// 2. `body` lets things go wrong: `run.inject(plan)` for the proxy between client and server, or whatever it likes to do
///    to `run.server`. It waits with `run.pause`, and says `run.heal()` when all is right again.
/// 3. What holds for every scenario is checked by ``ScenarioRun/finish()``: M, L, R, and P and N with the bounds that
///    `body` has set by `run.require`. What is special is said by `run.note(_:_:)` if it fails.
struct Scenario: Sendable {
    /// As in the list of scenarios: `F01`.
    var id: String
    /// What goes wrong.
    var title: String
    /// Whether continuous integration runs it.
    var isQuick = false
    /// How many tasks the load has, and how long each rests between two calls, on average.
    var tasks = 50
    var rest = Duration.milliseconds(20)
    var configure: @Sendable (inout NodeConfiguration) -> Void = { _ in }
    var environment: @Sendable () -> ClientEnvironment = { .live }
    /// More of the server's command line.
    var serverOptions: [String] = []
    /// What the server has for TLS: then the proxy stands in front of its TLS port.
    var tls: (@Sendable () -> TestTLS)?
    /// What must never cross a proxy in the clear.
    var secrets: [String] = []
    /// Variables of the environment of the process that it runs in.
    var surroundings: [String: String] = [:]
    var body: @Sendable (ScenarioRun) async throws -> Void

    static let all: [Scenario] = {
        let all = [
            abandoned, backPressure, blocking, chaos, damage, firstErrors, hostility, losses, refusals, resets,
            security, servers, silences, surroundings, timing,
        ]
        return all.flatMap(\.self).sorted { $0.id < $1.id }
    }()

    /// Those that this build could not have, and why.
    static var missing: [(id: String, why: String)] {
        #if TLS
            []
        #else
            [("F39", "it was built without the trait TLS, which needs OpenSSL's headers")]
        #endif
    }

    /// Those of an id, or of `ci` or `all`.
    static func named(_ name: String) -> [Scenario] {
        switch name {
        case "all": all
        case "ci": all.filter(\.isQuick)
        default: all.filter { $0.id == name.uppercased() }
        }
    }
}
