// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Transport

@Suite struct SocketOptionsTests {
    @Test func `a connected socket has the defaults`() async throws {
        let listener = try LoopbackListener()
        let transport = try await SocketConnector().open(listener.endpoint)
        #expect(
            systemOptions(transport.descriptor.number)
                == SystemOptions(
                    noDelay: 1, keepAlive: 1, idle: 30, interval: 10, probes: 3, unacknowledgedMilliseconds: 60_000))
    }

    @Test func `an accepted socket has the defaults too`() async throws {
        let listener = try SocketListener(on: .tcp(host: "127.0.0.1", port: 0))
        let client = try await SocketConnector().open(listener.endpoint)
        let server = try await listener.accept()
        #expect(systemOptions(server.descriptor.number) == systemOptions(client.descriptor.number))
    }

    @Test func `a connected socket has what was set, rounded up`() async throws {
        var options = SocketOptions()
        options.noDelay = false
        options.keepAliveIdle = .milliseconds(6001)
        options.keepAliveInterval = .seconds(2)
        options.keepAliveProbes = 9
        options.unacknowledgedTimeout = .microseconds(1_234_000 + 1)
        let listener = try LoopbackListener()
        let transport = try await SocketConnector(options: options).open(listener.endpoint)
        #expect(
            systemOptions(transport.descriptor.number)
                == SystemOptions(
                    noDelay: 0, keepAlive: 1, idle: 7, interval: 2, probes: 9, unacknowledgedMilliseconds: 1235))
    }

    @Test func `what is not set is the system's`() async throws {
        var options = SocketOptions()
        options.keepAlive = false
        options.unacknowledgedTimeout = nil
        let listener = try LoopbackListener()
        let transport = try await SocketConnector(options: options).open(listener.endpoint)
        // A socket of nobody's making.
        let fresh = try openSocket(for: try #require(SocketAddress(ip: "127.0.0.1", port: 0)))
        var expected = systemOptions(fresh.number)
        expected.noDelay = 1
        #expect(systemOptions(transport.descriptor.number) == expected)
    }

    @Test func `on an idle connection and on a busy one the default patience is the same`() throws {
        let options = SocketOptions()
        let idle = try #require(options.keepAliveIdle)
        let interval = try #require(options.keepAliveInterval)
        let probes = try #require(options.keepAliveProbes)
        #expect(idle + interval * probes == options.unacknowledgedTimeout)
    }

    @Test(arguments: [
        (TransportError.Setting.keepAliveIdle, [Duration.zero, .seconds(-1), .seconds(32_768), .seconds(Int64.max)]),
        (.keepAliveInterval, [.zero, .nanoseconds(-1), .milliseconds(32_767_001)]),
        (.unacknowledgedTimeout, [.zero, .seconds(-5), .milliseconds(Int64(Int32.max) + 1), .seconds(Int64.max)]),
    ])
    func `a time outside of its range is refused by name`(setting: TransportError.Setting, values: [Duration]) {
        for value in values {
            var options = SocketOptions()
            switch setting {
            case .keepAliveIdle: options.keepAliveIdle = value
            case .keepAliveInterval: options.keepAliveInterval = value
            default: options.unacknowledgedTimeout = value
            }
            #expect(throws: TransportError.invalidSetting(setting)) { try options.validate() }
        }
    }

    @Test(arguments: [Int.min, -1, 0, 128, Int.max])
    func `a number of probes outside of its range is refused`(probes: Int) {
        var options = SocketOptions()
        options.keepAliveProbes = probes
        #expect(throws: TransportError.invalidSetting(.keepAliveProbes)) { try options.validate() }
        options.keepAlive = false
        #expect(throws: Never.self) { try options.validate() }
    }

    @Test func `the ends of the ranges are taken, by the system too`() async throws {
        let listener = try LoopbackListener()
        for (idle, interval, probes, limit): (Duration, Duration, Int, Duration) in [
            (.nanoseconds(1), .seconds(1), 1, .nanoseconds(1)),
            (.seconds(32_767), .seconds(32_767), 127, .milliseconds(Int32.max)),
        ] {
            var options = SocketOptions()
            options.keepAliveIdle = idle
            options.keepAliveInterval = interval
            options.keepAliveProbes = probes
            options.unacknowledgedTimeout = limit
            let transport = try await SocketConnector(options: options).open(listener.endpoint)
            let found = systemOptions(transport.descriptor.number)
            #expect(found.probes == Int32(probes))
            #expect(found.idle == (probes == 1 ? 1 : 32_767))
            #expect(found.unacknowledgedMilliseconds == (probes == 1 ? 1 : Int32.max))
        }
    }
}
