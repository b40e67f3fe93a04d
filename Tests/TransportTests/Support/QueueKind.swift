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
