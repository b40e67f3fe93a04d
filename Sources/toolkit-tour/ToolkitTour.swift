// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ValkeyToolkit

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The program: one section after the other, each with a deadline.
@main
struct ToolkitTour {
    static func main() async {
        let options: TourOptions
        let tour: Tour
        do {
            options = try TourOptions(Array(CommandLine.arguments.dropFirst()))
            if options.wantsHelp { return print(TourOptions.help) }
            let cluster = try options.clusterURL.map { try ValkeyClusterClient($0) }
            tour = Tour(client: try ValkeyClient(options.url), cluster: cluster, unixPath: options.unixPath)
        } catch {
            print("toolkit-tour: \(error)")
            exit(2)
        }
        defer {
            tour.client.close()
            tour.cluster?.close()
        }
        // Should a wait not even end when it is cancelled, the program ends all the same.
        let watchdog = Task.detached {
            try await Task.sleep(for: .seconds(120))
            print("toolkit-tour: something hangs")
            exit(1)
        }
        do {
            try await tour.connect()
            for section in Section.all where try section.isPossible(on: tour) {
                print("\n\(section.title)")
                try await tour.within(.seconds(20), section.title) { try await section.run(tour) }
            }
            try await tour.cleanUp()
        } catch {
            print("\ntoolkit-tour: \(error)")
            exit(1)
        }
        watchdog.cancel()
        print("\nAll of it was as it must be.")
    }
}

/// A part of the tour.
struct Section: Sendable {
    enum Need { case nothing, cluster, unixSocket }

    let title: String
    var need = Need.nothing
    let run: @Sendable (Tour) async throws -> Void

    func isPossible(on tour: Tour) throws -> Bool {
        switch need {
        case .nothing: return true
        case .cluster where tour.cluster != nil: return true
        case .unixSocket where tour.unixPath != nil: return true
        case .cluster: print("\n\(title): left out, there is no --cluster-url")
        case .unixSocket: print("\n\(title): left out, there is no --unix")
        }
        return false
    }

    static let all = [
        Section(title: "A shared client") { try await $0.sharedClient() },
        Section(title: "Databases") { try await $0.databases() },
        Section(title: "The same server by its Unix socket", need: .unixSocket) { try await $0.unixSocket() },
        Section(title: "Pipelines: buffered commands") { try await $0.bufferedCommands() },
        Section(title: "Pipelines: atomic if you say so") { try await $0.atomicPipelines() },
        Section(title: "WATCH by hand") { try await $0.watchByHand() },
        Section(title: "The transaction helper") { try await $0.transactionHelper() },
        Section(title: "Pipelines in clusters", need: .cluster) { try await $0.clusterPipelines() },
        Section(title: "Publish / Subscribe: channels and patterns") { try await $0.channelsAndPatterns() },
        Section(title: "Publish / Subscribe: handlers") { try await $0.handlers() },
        Section(title: "Publish / Subscribe: an async sequence") { try await $0.asyncSequence() },
        Section(title: "Publish / Subscribe: a lost connection") { try await $0.lostConnection() },
        Section(title: "PUBSUB CHANNELS, NUMSUB, NUMPAT") { try await $0.introspection() },
        Section(title: "Sharded pub/sub", need: .cluster) { try await $0.shardedPubSub() },
        Section(title: "Monitor") { try await $0.monitor() },
    ]
}

extension Tour {
    /// Connects before the first command, so that a wrong address shows at once.
    fileprivate func connect() async throws {
        try await within(.seconds(10), "Connecting") {
            try await client.connect()
            try await cluster?.connect()
            try await cleanUp()
        }
    }

    /// All keys of the tour.
    private static let keys = [
        "tour:visits", "tour:colour", "tour:socket", "tour:bing", "tour:foo", "tour:faz", "tour:auto-number",
        "tour:text", "tour:{a}1", "tour:{a}2", "tour:sequence", "tour:stock",
    ]
    static let clusterKeys = ["tour:foo", "tour:bar", "tour:foo1", "tour:{user:7}:name", "tour:{user:7}:visits"]

    fileprivate func cleanUp() async throws {
        try await client.del(Self.keys)
        if let cluster {
            // In a cluster one command can't name keys of several slots; a batch of commands can.
            let pipe = cluster.pipeline()
            for key in Self.clusterKeys { pipe.del(key) }
            if let failure = try await pipe.run().firstFailure { throw failure.error }
        }
    }
}
