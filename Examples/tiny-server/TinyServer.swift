// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// A server for a handful of commands: tiny-server PORT. It speaks RESP2 and RESP3, takes pipelines and inline commands, and
// answers redis-cli, valkey-cli and valkey-benchmark.

internal import ExampleSupport
internal import RESPCodec

@main
enum TinyServer {
    static func main() throws {
        guard CommandLine.arguments.count == 2, let port = UInt16(CommandLine.arguments[1]) else {
            return say("usage: tiny-server PORT")
        }
        let listener = try Socket.listening(onPort: port)
        say("listening on 127.0.0.1:\(listener.port)")

        var database = Database()
        var connections: [Connection] = []
        var connectionCount = 0
        var poller = Poller()
        while true {
            poller.removeAll()
            poller.add(listener, reading: true, writing: false)
            for connection in connections {
                poller.add(connection.socket, reading: connection.mayReceive, writing: connection.hasReplies)
            }
            poller.wait()
            for (index, connection) in connections.enumerated() {
                if poller.isWritable(index + 1) { connection.send() }
                if connection.mayReceive, poller.isReadable(index + 1) { connection.receive(&database) }
            }
            connections.removeAll { $0.isOver }
            if poller.isReadable(0), let socket = listener.accepted() {
                connectionCount += 1
                connections.append(Connection(socket, number: connectionCount))
            }
        }
    }
}
