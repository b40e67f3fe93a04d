// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pipeline
internal import RESPCodec
internal import Synchronization

/// A command that concerns many nodes: which ones, and how their answers become one. Pure.
///
/// The rules are the server's own tips for cluster clients (valkey.io, "Command tips": `request_policy` and
/// `response_policy`). Commands whose tips say `special` go to one node: only their users know what many answers mean.
struct FanOut: Equatable {
    enum Nodes: Equatable { case primaries, all }

    let nodes: Nodes
    private let policy: CommandMetadata.ResponsePolicy

    /// `nil` if the command is for one node.
    init?(_ metadata: CommandMetadata) {
        switch metadata.requestPolicy {
        case .allNodes: nodes = .all
        case .allShards: nodes = .primaries
        case .none, .multiShard, .special: return nil
        }
        guard metadata.responsePolicy != .special else { return nil }
        policy = metadata.responsePolicy
    }

    /// One answer for many. There is at least one, and those before the first failure are in the order of the nodes.
    func merge(_ answers: [Result<RESPFrame, any Error>]) throws -> RESPFrame {
        if policy == .oneSucceeded {
            for case .success(let frame) in answers { return frame }
        }
        let frames = try answers.map { try $0.get() }
        guard let first = frames.first else { throw ClusterError.topologyUnavailable([]) }
        switch policy {
        case .allSucceeded, .oneSucceeded, .special: return first
        case .none: return try concatenated(frames)
        case .sum: return try combined(frames) { $0.addingReportingOverflow($1).partialValue }
        case .minimum: return try combined(frames) { min($0, $1) }
        case .maximum: return try combined(frames) { max($0, $1) }
        case .logicalAnd: return try combined(frames) { $0 & $1 }
        case .logicalOr: return try combined(frames) { $0 | $1 }
        }
    }

    /// Integers become one; arrays of integers are combined element by element.
    private func combined(_ frames: [RESPFrame], _ combine: (Int, Int) -> Int) throws -> RESPFrame {
        guard frames[0].kind == .array else {
            let numbers = try frames.map { try $0.decode(as: Int.self) }
            return try Self.frame("", [numbers.dropFirst().reduce(numbers[0], combine)])
        }
        let rows = try frames.map { try $0.decode(as: [Int].self) }
        var total = rows[0]
        for row in rows.dropFirst() {
            guard row.count == total.count else {
                throw RESPTypeMismatch(wanted: "an array of \(total.count)", found: .count(row.count))
            }
            for index in total.indices { total[index] = combine(total[index], row[index]) }
        }
        return try Self.frame("*\(total.count)\r\n", total)
    }

    private static func frame(_ header: String, _ numbers: [Int]) throws -> RESPFrame {
        try RESPFrame(encoded: Array((header + numbers.map { ":\($0)\r\n" }.joined()).utf8))
    }

    /// One array of all elements; anything that is no array stands for itself.
    private func concatenated(_ frames: [RESPFrame]) throws -> RESPFrame {
        let elements = try frames.flatMap { frame -> [RESPFrame] in
            guard [.array, .set].contains(frame.kind) else { return [frame] }
            return try frame.decode(as: [RESPFrame].self)
        }
        var encoded = Array("*\(elements.count)\r\n".utf8)
        for element in elements {
            element.withSpan { span in
                for index in span.indices { encoded.append(span[index]) }
            }
        }
        return try RESPFrame(encoded: encoded)
    }
}

/// One encoded command, shared by the tasks that send it.
private final class EncodedCommand: Sendable {
    let encoder: CommandEncoder

    init(_ encode: (inout CommandEncoder) -> Void) {
        var encoder = CommandEncoder()
        encode(&encoder)
        self.encoder = encoder
    }

    func append(to other: inout CommandEncoder) { Self.append(encoder, to: &other) }

    private static func append(_ encoder: borrowing CommandEncoder, to other: inout CommandEncoder) {
        other.raw(encoder.span)
    }
}

extension ClusterRouter {
    /// Sends the call to all the nodes it concerns at once, and makes one of the answers.
    func fanOut(
        _ call: Call, _ targets: FanOut, _ encode: (inout CommandEncoder) -> Void
    ) async throws -> RESPFrame {
        let deadline = deadline(of: call, encode)
        try await waitForTopology(deadline: deadline)
        let nodes = try state.withLock { state in
            if state.isClosed { throw ClusterError.closed }
            return targets.nodes == .all ? state.directory.allNodes() : state.directory.allPrimaries()
        }
        let command = EncodedCommand(encode)
        let settings = call.settings.with(deadline: deadline)
        let answers = await withTaskGroup(of: (Int, Result<RESPFrame, any Error>).self) { tasks in
            for (index, node) in nodes.enumerated() {
                tasks.addTask { (index, await Self.send(command, call.metadata, settings, to: node)) }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return try targets.merge(nodes.indices.compactMap { answers[$0] })
    }

    private static func send(
        _ command: EncodedCommand, _ metadata: CommandMetadata, _ settings: CallSettings, to node: ClusterNode
    ) async -> Result<RESPFrame, any Error> {
        do {
            return .success(try await node.client.roundTrip(metadata, settings) { command.append(to: &$0) })
        } catch {
            return .failure(error)
        }
    }
}
