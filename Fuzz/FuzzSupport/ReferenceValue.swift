// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// A value as the naive parser understands it: a tree.
struct ReferenceValue: Equatable {
    enum Body: Equatable {
        /// All that stands on the value's only line, behind the marker; nulls of length −1 included.
        case line([UInt8])
        case payload([UInt8])
        /// Keys and values in turn if it is a map or an attribute.
        case elements([ReferenceValue])
    }

    var kind: RESPKind
    var body: Body
    /// The attributes before it, in order.
    var attributes: [ReferenceValue] = []
    /// Whether this itself, not something in it, was streamed.
    var isStreamed = false

    /// Whether this or anything in it was streamed.
    var containsStreamed: Bool {
        if isStreamed || attributes.contains(where: \.containsStreamed) { return true }
        if case .elements(let elements) = body { return elements.contains(where: \.containsStreamed) }
        return false
    }

    /// The value in the ordinary form, that of announced lengths.
    var encoding: [UInt8] {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes
    }

    private func encode(into bytes: inout [UInt8]) {
        for attribute in attributes { attribute.encode(into: &bytes) }
        bytes.append(kind.rawValue)
        switch body {
        case .line(let text):
            bytes += text
            bytes += [0x0D, 0x0A]
        case .payload(let payload):
            bytes += Array("\(payload.count)\r\n".utf8)
            bytes += payload
            bytes += [0x0D, 0x0A]
        case .elements(let elements):
            bytes += Array("\(kind == .map || kind == .attribute ? elements.count / 2 : elements.count)\r\n".utf8)
            for element in elements { element.encode(into: &bytes) }
        }
    }
}
