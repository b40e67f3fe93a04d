// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import ServerSupport
internal import Synchronization
internal import ValkeyToolkit

/// A consumer that takes its time.
extension Scenario {
    static let backPressure = [f35]

    static let f35 = Scenario(
        // A gigabyte in the list of scenarios; a string has half of that at most, and the server needs twice its size.
        id: "F35", title: "a value of 256 MB, and a reader who takes a break",
        // It copies all of it before it answers.
        configure: { $0.commandTimeout = .seconds(5) }
    ) { run in
        let size = 256 << 20
        try await run.server.cli("SETRANGE", "faults:huge", "\(size - 1)", "x")
        let failures = run.counts.all - run.counts.ok
        // Buffers of a connection more, in the client, in the proxy.
        run.state.withLock { $0.memoryAllowance = 8 << 20 }
        let before = ProcessMeter.now().residentBytes ?? 0
        func growth() -> Int { (ProcessMeter.now().residentBytes ?? 0) - before }
        var most = 0
        try await run.client.withStream(of: "faults:huge") { pieces in
            var (count, last, takesBreak) = (0, UInt8(0), true)
            for try await piece in pieces {
                piece.withSpan { bytes in
                    for index in bytes.indices where bytes[index] != 0 && count + index < size - 1 {
                        run.note(.misdelivery, "byte \(count + index) of the large value is wrong")
                    }
                    last = bytes[bytes.count - 1]
                }
                count += piece.count
                if takesBreak, count > size / 4 {
                    takesBreak = false
                    await run.pause(run.seconds(3))
                    most = growth()
                }
            }
            if count != size || last != 120 { run.note(.misdelivery, "the large value is not whole: \(count) bytes") }
        }
        most = max(most, growth())
        run.remark("\(most >> 20) MB more at the most")
        if !run.options.isSanitized, most > 64 << 20 { run.note(.resources, "a slow reader costs \(most >> 20) MB") }
        if run.counts.all - run.counts.ok > failures { run.note(.loss, "commands on other connections failed") }
        run.markHealed()
        run.require(progressWithin: .seconds(1), connectsPerSecond: 3)
    }
}
