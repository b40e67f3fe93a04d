// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ServerSupport

/// What was asked for on the command line.
struct CommandLineOptions {
    var servers: [ServerVersion] = [.valkey9]
    var protocols = [3]
    var seed: UInt64 = 1
    var seconds: Double?
    var scenarios: [Scenario] = []
    /// Whether those that are asked for are the short list.
    var isBrief = false
    /// Asked for, but not in this build, and why.
    var leftOut: [(id: String, why: String)] = []

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        func value(of option: String) throws -> String {
            guard let value = rest.popFirst() else { throw UsageError(text: "\(option) needs a value") }
            return value
        }
        func number<N: LosslessStringConvertible>(of option: String) throws -> N {
            let text = try value(of: option)
            guard let number = N(text) else { throw UsageError(text: "\(option) \(text) is no number") }
            return number
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--server":
                let name = try value(of: argument)
                servers = try name == "all" ? ServerVersion.allCases : [Self.server(name)]
            case "--resp":
                let name = try value(of: argument)
                guard let found = ["2": [2], "3": [3], "all": [3, 2]][name] else {
                    throw UsageError(text: "there is no RESP\(name)")
                }
                protocols = found
            case "--seed": seed = try number(of: argument)
            case "--seconds": seconds = try number(of: argument)
            default:
                if let (id, why) = Scenario.missing.first(where: { $0.id == argument.uppercased() }) {
                    throw UsageError(text: "\(id) can't be run: \(why)")
                }
                let found = Scenario.named(argument)
                if argument == "ci" { isBrief = true }
                if ["all", "ci"].contains(argument) { leftOut = Scenario.missing }
                if found.isEmpty { throw UsageError(text: "there is no scenario \(argument)") }
                scenarios += found
            }
        }
        if scenarios.isEmpty { (scenarios, leftOut, isBrief) = (Scenario.named("ci"), Scenario.missing, true) }
    }

    /// `valkey-9`, or with more of a version behind it: the newest of the line is what there is.
    private static func server(_ name: String) throws -> ServerVersion {
        guard let version = ServerVersion.allCases.first(where: { name.hasPrefix($0.rawValue) }) else {
            throw UsageError(text: "there is no server \(name)")
        }
        return version
    }
}
