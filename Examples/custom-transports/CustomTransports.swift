// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// A client through transports of our own:
//
//     custom-transports proxy PORT                     serves tunnels to whoever asks
//     custom-transports tunnel PROXY-PORT SERVER-PORT  talks to a server through such a tunnel
//     custom-transports record SERVER-PORT NAME        talks to a server, into NAME.commands, NAME.replies, NAME.turns
//     custom-transports replay NAME                    talks to these files, without a server

internal import ExampleSupport
internal import ValkeyToolkit

@main
enum CustomTransports {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("proxy", 2):
            let proxy = try TunnelProxy(port: port(arguments[1]))
            say("listening on \(proxy.endpoint)")
            try await proxy.run()
        case ("tunnel", 3):
            try await talk(ProxyConnector(proxy: loopback(arguments[1])), to: loopback(arguments[2]))
        case ("record", 3):
            let name = arguments[2]
            try await talk(RecordingConnector { try recorder(name) }, to: loopback(arguments[1]))
        case ("replay", 2):
            guard let capture = Capture(named: arguments[1]) else { return say("\(arguments[1]) is no capture") }
            try await talk(ReplayingConnector(capture: capture), to: .unix(path: arguments[1]))
        default:
            say(
                "usage: custom-transports proxy PORT | tunnel PROXY-PORT SERVER-PORT | record SERVER-PORT NAME | replay NAME"
            )
        }
    }

    /// What this program has to say to a server.
    private static func talk(_ connector: some TransportConnector, to endpoint: Endpoint) async throws {
        let client = ValkeyClient(
            NodeConfiguration(endpoint: endpoint), environment: ClientEnvironment(connector: connector))
        defer { client.close() }
        try await client.set("greeting", "hello")
        say("greeting: \(try await client.get("greeting") ?? "nobody there")")
        say("visits: \(try await client.incr("visits"))")
    }

    private static func loopback(_ text: String) -> Endpoint { .tcp(host: "127.0.0.1", port: port(text)) }

    private static func port(_ text: String) -> Int { Int(text) ?? -1 }

    /// Writes the three files of the last connection while it lasts.
    private static func recorder(_ name: String) throws -> @Sendable (Capture.Direction, [UInt8]) -> Void {
        guard let files = CaptureFiles(named: name) else { throw TransportError.custom("can't write \(name).commands") }
        return { direction, bytes in files.append(direction, bytes) }
    }
}
