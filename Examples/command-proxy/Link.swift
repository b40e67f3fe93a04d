// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import ExampleSupport
internal import RESPCodec

/// One client's connection and the one to the server that belongs to it.
///
/// Bytes are passed on as they come, unmodified and undelayed; decoders beside them see the commands and replies.
final class Link {
    let client: Socket
    let server: Socket
    private let recording: Recording?
    /// Bytes that the other side has not taken yet.
    private(set) var toServer: [UInt8] = []
    private(set) var toClient: [UInt8] = []
    private(set) var isClientDone = false
    private(set) var isServerDone = false
    private var commands = RESPCommandDecoder()
    private var replies = RESPDecoder()
    /// Why nobody looks at this link any more.
    private var problem: RESPDecodingError?

    /// Whoever doesn't take what is sent is not read from either.
    private static let maximumPending = 1 << 20

    init(client: consuming Socket, server: consuming Socket, recording: Recording?) {
        self.client = client
        self.server = server
        self.recording = recording
    }

    var isOver: Bool { isServerDone && toClient.isEmpty }
    var readsClient: Bool { !isClientDone && toServer.count < Link.maximumPending }
    var readsServer: Bool { !isServerDone && toClient.count < Link.maximumPending }

    /// Takes what the client has sent.
    func receiveFromClient(_ statistics: inout Statistics) {
        let received = [UInt8](capacity: 64 << 10) { isClientDone = !client.receive(into: &$0) }
        toServer += received
        recording?.commands.append(received.span)
        if problem == nil {
            do throws(RESPDecodingError) {
                commands.append(received.span)
                while let command = try commands.next() { statistics.count(command) }
            } catch {
                problem = error
                statistics.count(error)
            }
        }
        flush()
    }

    /// Takes what the server has sent.
    func receiveFromServer(_ statistics: inout Statistics) {
        let received = [UInt8](capacity: 64 << 10) { isServerDone = !server.receive(into: &$0) }
        toClient += received
        recording?.replies.append(received.span)
        if problem == nil {
            do throws(RESPDecodingError) {
                replies.append(received.span)
                while let frame = try replies.next() { statistics.count(frame) }
            } catch {
                problem = error
                statistics.count(error)
            }
        }
        flush()
    }

    /// Sends what there is to send.
    func flush() {
        if !toServer.isEmpty {
            if let sent = server.send(toServer.span) { toServer.removeFirst(sent) } else { end() }
        }
        if !toClient.isEmpty {
            if let sent = client.send(toClient.span) { toClient.removeFirst(sent) } else { end() }
        }
        if isClientDone, toServer.isEmpty { server.finishSending() }
    }

    private func end() {
        isClientDone = true
        isServerDone = true
        toServer = []
        toClient = []
    }
}
