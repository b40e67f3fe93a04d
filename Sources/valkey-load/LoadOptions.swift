// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What to do, as the command line says.
struct LoadOptions {
    enum Workload: String, CaseIterable {
        case get, set, mixed, pipeline
        case pipelineHandles = "pipeline-handles"
        case lrange
        case lrangeBytes = "lrange-bytes"
        case largeGet = "large-get"
        case publishSubscribe = "publish-subscribe"

        var isBuilt: Bool {
            switch self {
            case .get, .set, .mixed, .pipeline, .pipelineHandles, .lrange, .lrangeBytes: true
            case .largeGet, .publishSubscribe: false
            }
        }
    }

    /// Where the tasks run.
    enum Executor: String, CaseIterable {
        /// The global executor.
        case `default`
        /// The event loop of the connections' sockets.
        case loop
    }

    enum Extent {
        /// For so many seconds.
        case seconds(Double)
        /// Exactly so many operations.
        case count(Int)
    }

    var url = "valkey://127.0.0.1:6379"
    /// A file with the authorities that may vouch for the server; `nil`: the system's.
    var authorities: String?
    var workload = Workload.get
    var tasks = 50
    var connections = 1
    var depth = 16
    var valueSize = 64
    var executor = Executor.default
    var extent = Extent.seconds(5)
    /// `nil`: one second before a run by time, nothing before a run by count.
    var warmUpSeconds: Double?
    var isJSON = false
    var wantsHelp = false

    static let help = """
        valkey-load: puts load on a server through the public API of the Valkey Toolkit for Swift, and measures.

        usage: valkey-load [options]

          --url URL          the server (default valkey://127.0.0.1:6379); see ClientURL for its form
          --ca FILE          with valkeys:// URLs, in a build with the trait TLS: PEM of who vouches for the server
          --workload NAME    get        GET of keys that are there (default)
                             set        SET
                             mixed      nine GET, one SET, and so on
                             pipeline   GET in batches of --depth; pipeline-handles: asking each reply's own handle
                             lrange     LRANGE of a list of --depth elements, as strings; lrange-bytes: as bytes
                             large-get, publish-subscribe: not in this version
          --tasks N          tasks that each wait for one reply, or batch, before they send the next (default 50)
          --connections N    clients, each with one shared connection, among which the tasks are dealt (default 1)
          --depth N          commands in a batch of a pipeline, elements of lrange's list (default 16)
          --value-size N     bytes of each value (default 64)
          --executor NAME    where the tasks run: default, or loop, the event loop of the connections' sockets
          --seconds S        how long to measure (default 5)
          --count N          instead: exactly N operations, dealt evenly to the tasks
          --warm-up S        seconds of the same load before measuring (default 1; with --count 0)
          --json             one line of JSON, and no progress
          --help             this text

        Replies are compared with what was stored. The keys valkey-load:0 and following are written before, and
        deleted afterwards. Exit status: 0; 1 if an operation failed or nothing could be measured; 2 for wrong options.
        """

    init(_ arguments: [String]) throws(LoadOptionError) {
        var rest = arguments[...]
        var seen: Set<String> = []
        while let argument = rest.popFirst() {
            var (name, inline) = (argument, String?.none)
            if argument.hasPrefix("--"), let mark = argument.firstIndex(of: "=") {
                name = String(argument[..<mark])
                inline = String(argument[argument.index(after: mark)...])
            }
            let flags = ["--json", "--help", "-h"]
            guard flags.contains(name) ? inline == nil : true else { throw .unexpectedValue(option: name) }
            guard seen.insert(name).inserted else { throw .repeated(option: name) }
            switch name {
            case "--json": isJSON = true
            case "--help", "-h": wantsHelp = true
            default:
                guard Self.names.contains(name) else { throw .unknown(option: name) }
                guard let value = inline ?? rest.popFirst() else { throw .missingValue(option: name) }
                try set(name, to: value)
            }
        }
        guard !(seen.contains("--seconds") && seen.contains("--count")) else { throw .secondsAndCount }
    }

    private static let names = [
        "--url", "--workload", "--tasks", "--connections", "--depth", "--value-size", "--seconds", "--count",
        "--warm-up", "--ca", "--executor",
    ]

    private mutating func set(_ name: String, to value: String) throws(LoadOptionError) {
        func wholeNumber(from least: Int, to most: Int) throws(LoadOptionError) -> Int {
            guard let number = Int(value), (least...most).contains(number) else {
                throw .invalidValue(option: name, value: value, expected: "a whole number from \(least) to \(most)")
            }
            return number
        }
        func seconds(zeroIsValid: Bool) throws(LoadOptionError) -> Double {
            guard let number = Double(value), number > 0 || (zeroIsValid && number == 0), number <= 86_400 else {
                throw .invalidValue(option: name, value: value, expected: "seconds, at most 86400")
            }
            return number
        }
        switch name {
        case "--url": url = value
        case "--ca": authorities = value
        case "--workload":
            guard let found = Workload(rawValue: value) else {
                let all = Workload.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidValue(option: name, value: value, expected: "one of \(all)")
            }
            guard found.isBuilt else { throw .workloadNotBuilt(value) }
            workload = found
        case "--executor":
            guard let found = Executor(rawValue: value) else {
                throw .invalidValue(option: name, value: value, expected: "default or loop")
            }
            executor = found
        case "--tasks": tasks = try wholeNumber(from: 1, to: 100_000)
        case "--connections": connections = try wholeNumber(from: 1, to: 10_000)
        case "--depth": depth = try wholeNumber(from: 1, to: 100_000)
        case "--value-size": valueSize = try wholeNumber(from: 1, to: 512 << 20)
        case "--seconds": extent = .seconds(try seconds(zeroIsValid: false))
        case "--count": extent = .count(try wholeNumber(from: 1, to: 1 << 40))
        default: warmUpSeconds = try seconds(zeroIsValid: true)
        }
    }

    /// How long the load runs before it counts.
    var warmUp: Double {
        if let warmUpSeconds { return warmUpSeconds }
        if case .seconds = extent { return 1 } else { return 0 }
    }
}

/// What is wrong with the command line.
enum LoadOptionError: Error, Equatable, CustomStringConvertible {
    case unknown(option: String)
    case repeated(option: String)
    case missingValue(option: String)
    case unexpectedValue(option: String)
    case invalidValue(option: String, value: String, expected: String)
    case workloadNotBuilt(String)
    case secondsAndCount

    var description: String {
        switch self {
        case .unknown(let option): "unknown option \(option)"
        case .repeated(let option): "\(option) is given twice"
        case .missingValue(let option): "\(option) needs a value"
        case .unexpectedValue(let option): "\(option) takes no value"
        case .invalidValue(let option, let value, let expected): "\(option) can't be '\(value)': it is \(expected)"
        case .workloadNotBuilt(let name): "workload \(name) is not in this version"
        case .secondsAndCount: "--seconds and --count exclude each other"
        }
    }
}
