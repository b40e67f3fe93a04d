// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Transport

/// The queues of this system, for tests that are to hold with each.
enum QueueKind: String, CaseIterable, Sendable {
    #if os(Linux)
        case epoll
    #endif
    case poll

    func makeQueue() throws -> any EventQueue {
        switch self {
        #if os(Linux)
            case .epoll: try EpollEventQueue()
        #endif
        case .poll: try PollEventQueue()
        }
    }

    func makeLoop() throws -> EventLoop {
        EventLoop(queue: try makeQueue(), name: "test-\(rawValue)")
    }
}

/// A connected TCP pair over the loopback interface: the client's end, made by the connector, and the server's.
func makeTCPPair(_ loop: EventLoop) async throws -> (SocketTransport, SocketTransport) {
    let listener = try LoopbackListener()
    let client = try await SocketConnector(eventLoop: loop).open(listener.endpoint)
    return (client, try listener.accept(eventLoop: loop))
}

/// A connected pair over a Unix socket whose path has gone already.
func makeUnixPair(_ loop: EventLoop) async throws -> (SocketTransport, SocketTransport) {
    let listener = try LoopbackListener(
        unixPath: "/tmp/toolkit-pair-\(UInt64.random(in: .min ... .max)).sock")
    let client = try await SocketConnector(eventLoop: loop).open(listener.endpoint)
    return (client, try listener.accept(eventLoop: loop))
}

/// A pair that the system has connected.
func makeSocketPair(_ loop: EventLoop) throws -> (SocketTransport, SocketTransport) {
    let ends = try makeSocketPair()
    let second = try SocketTransport(adopting: ends.1, eventLoop: loop)
    return (try SocketTransport(adopting: ends.0, eventLoop: loop), second)
}
