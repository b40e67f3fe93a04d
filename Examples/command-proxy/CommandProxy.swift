// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// A proxy that counts commands, and records them if it is told where: command-proxy LISTEN-PORT SERVER-PORT [FOLDER].
// It prints the counts whenever its last client goes.

internal import ExampleSupport
internal import RESPCodec

@main
enum CommandProxy {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 2, let port = UInt16(arguments[1]), let serverPort = UInt16(arguments[2]) else {
            return say("usage: command-proxy LISTEN-PORT SERVER-PORT [FOLDER]")
        }
        let folder = arguments.count > 3 ? arguments[3] : nil
        let listener = try Socket.listening(onPort: port)
        say("listening on 127.0.0.1:\(listener.port)")

        var links: [Link] = []
        var linkCount = 0
        var statistics = Statistics()
        var poller = Poller()
        while true {
            poller.removeAll()
            poller.add(listener, reading: true, writing: false)
            for link in links {
                poller.add(link.client, reading: link.readsClient, writing: !link.toClient.isEmpty)
                poller.add(link.server, reading: link.readsServer, writing: !link.toServer.isEmpty)
            }
            poller.wait()
            for (index, link) in links.enumerated() {
                if link.readsClient, poller.isReadable(1 + 2 * index) { link.receiveFromClient(&statistics) }
                if link.readsServer, poller.isReadable(2 + 2 * index) { link.receiveFromServer(&statistics) }
                if poller.isWritable(1 + 2 * index) || poller.isWritable(2 + 2 * index) { link.flush() }
            }
            let hadLinks = !links.isEmpty
            links.removeAll { $0.isOver }
            if hadLinks, links.isEmpty {
                say("---")
                for line in statistics.lines { say(line) }
            }
            if poller.isReadable(0), let client = listener.accepted() {
                linkCount += 1
                let recording = folder.flatMap { Recording(inFolder: $0, number: linkCount) }
                let server = try Socket.connected(toPort: serverPort)
                links.append(Link(client: client, server: server, recording: recording))
            }
        }
    }
}
