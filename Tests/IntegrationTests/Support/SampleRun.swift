// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import CommandSamples
import ServerSupport
import ValkeyToolkit

/// Executes samples on a server of their own, in both versions of the protocol, on the same data each time.
final class SampleRun {
    enum Outcome {
        /// Both versions gave the same.
        case answered
        /// At least one was an error of the server.
        case refused(ServerError)
        /// The versions gave replies that differ, and nothing about the command explains that.
        case different([CommandSample.Reply])
        /// No reply, or one that is not of the command's type.
        case failed(any Error)
    }

    private let server: TestServer
    private let clients: [ValkeyClient]
    private let isCluster: Bool
    private let seeds: [[String]]

    init(_ version: ServerVersion, isCluster: Bool) async throws {
        self.isCluster = isCluster
        let options = isCluster ? ["--cluster-enabled", "yes"] : ["--enable-module-command", "local"]
        let server = try await TestServer.start(version, options: options)
        self.server = server
        clients = [ProtocolVersion.resp3, .resp2].map { version in
            var configuration = NodeConfiguration.patient(server.endpoint)
            configuration.protocolVersion = version
            // What the server refuses is an answer here.
            configuration.retries = RetryPolicy(scope: .nothing)
            return ValkeyClient(configuration)
        }
        let library = version.isValkey ? "server" : "redis"
        guard !isCluster else {
            seeds = [["CLUSTER", "FLUSHSLOTS"], ["CLUSTER", "ADDSLOTSRANGE", "0", "8000"]]
            return
        }
        seeds =
            Self.data + [
                [
                    "FUNCTION", "LOAD", "REPLACE",
                    "#!lua name=library1\n\(library).register_function{function_name='function1', "
                        + "callback=function() return 1 end, flags={'no-writes'}}",
                ]
            ]
    }

    func close() { for client in clients { client.close() } }

    /// Whether the sample is for this kind of server.
    func takes(_ sample: CommandSample) -> Bool {
        guard !Self.notExecuted.contains(sample.name) else { return false }
        return sample.name.hasPrefix("CLUSTER") == isCluster
    }

    func execute(_ sample: CommandSample) async throws -> Outcome {
        var replies: [CommandSample.Reply] = []
        for client in clients {
            try await seed(client)
            do {
                replies.append(try await sample.execute(client))
            } catch let error as ServerError {
                return .refused(error)
            } catch {
                return .failed(error)
            }
        }
        let isEqual = Self.neverTheSame.contains(sample.name) || replies[0].isEqual(to: replies[1])
        return isEqual ? .answered : .different(replies)
    }

    private func seed(_ client: ValkeyClient) async throws {
        func run() async throws {
            let batch = client.pipeline()
            for words in seeds {
                batch.enqueue(RawCommand(words[0], arguments: words.dropFirst().map(\.bulkString), as: RESPFrame.self))
            }
            _ = try await batch.run()
        }
        do {
            try await run()
        } catch is ConnectionError {
            // The sample before may have been a CLIENT KILL.
            try await run()
        }
    }

    /// What the samples' keys hold.
    private static let data: [[String]] = [
        ["FLUSHALL"], ["SET", "string1", "10"], ["SET", "string2", "hello world"],
        ["RPUSH", "list1", "e1", "e2", "x"], ["RPUSH", "list2", "e2", "y"], ["RPUSH", "numbers1", "3", "1", "2"],
        ["HSET", "hash1", "f1", "1", "f2", "2"], ["SADD", "set1", "m1", "m2", "x"], ["SADD", "set2", "m2", "y"],
        ["ZADD", "zset1", "1.5", "m1", "2", "m2", "3", "x"], ["ZADD", "zset2", "4", "m2"],
        ["GEOADD", "geo1", "13.361389", "38.115556", "m1", "15.087269", "37.502669", "m2"],
        ["PFADD", "hll1", "a", "b"], ["PFADD", "hll2", "b", "c"],
        ["XADD", "stream1", "1-1", "f1", "v1"], ["XADD", "stream1", "2-1", "f1", "v2"],
        ["XADD", "stream2", "1-1", "f1", "v1"], ["XGROUP", "CREATE", "stream2", "g1", "0"],
        ["XGROUP", "CREATE", "stream1", "g1", "0"],
        ["XREADGROUP", "GROUP", "g1", "c1", "COUNT", "1", "STREAMS", "stream1", ">"],
    ]

    /// Commands whose replies depend on time or chance, or on which connection asks.
    private static let neverTheSame: Set<String> = [
        "ACL GENPASS", "CLIENT ID", "CLUSTER BUMPEPOCH", "CLIENT INFO", "CLIENT KILL", "CLIENT LIST", "HRANDFIELD",
        "INFO",
        "LATENCY HISTOGRAM", "LOLWUT", "MEMORY MALLOC-STATS", "MEMORY STATS", "RANDOMKEY", "SPOP", "SRANDMEMBER",
        "TIME",
        "XADD", "XINFO CONSUMERS", "XINFO STREAM", "XPENDING", "ZRANDMEMBER",
    ]

    /// Commands that would end the server or the test; scenarios have them.
    private static let notExecuted: Set<String> = ["REPLICAOF", "SHUTDOWN", "SLAVEOF"]
}

/// What became of all samples on the servers of a line.
struct SampleReport {
    /// The commands that were answered alike in both versions of the protocol, in some sample.
    var answered: Set<String> = []
    /// Everything else, with the words that were sent.
    var outcomes: [(words: [String], outcome: SampleRun.Outcome)] = []
}

/// The reports of all lines, each made once, whoever asks first.
actor SampleReports {
    static let shared = SampleReports()

    private var tasks: [ServerVersion: Task<SampleReport, any Error>] = [:]

    func report(_ version: ServerVersion) async throws -> SampleReport {
        let task = tasks[version] ?? Task { try await Self.make(version) }
        tasks[version] = task
        return try await task.value
    }

    private static func make(_ version: ServerVersion) async throws -> SampleReport {
        var report = SampleReport()
        for isCluster in [false, true] {
            let run = try await SampleRun(version, isCluster: isCluster)
            defer { run.close() }
            for sample in CommandSample.all where run.takes(sample) {
                let outcome = try await run.execute(sample)
                if case .answered = outcome {
                    report.answered.insert(sample.name)
                } else {
                    report.outcomes.append((sample.words, outcome))
                }
            }
        }
        return report
    }
}
