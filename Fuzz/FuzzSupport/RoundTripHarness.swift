// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Invariant: a frame that is decoded, written for RESP3 and decoded again is the same frame, but for the form of its nulls,
// and written once more it is the same bytes; so it is when its values are written one by one. Its tree has the values that
// a naive parser finds and that a reader reads, each where it belongs.

internal import RESPCodec

func exerciseRoundTrip(_ bytes: Span<UInt8>) {
    let input = Array(RESPBytes(bytes))
    var random = FuzzRandom(from: bytes)
    let attributesAreFrames = random.isOne(in: 8)
    var decoder = RESPDecoder(attributesAreFrames: attributesAreFrames)
    decoder.append(bytes)
    for value in ReferenceParser(input, attributesAreFrames: attributesAreFrames).frames.map(\.value) {
        guard let frame = try? decoder.next() else { fail("the decoder misses a frame") }
        let encoded = encoding(of: frame)
        check(encoded == value.inRESP3.encoding, "other bytes than the frame's, nulls aside")
        if value.kind != .attribute {
            guard let again = try? RESPFrame(encoded: encoded) else { fail("what was written is malformed") }
            check(encoding(of: again) == encoded, "written again, it is other bytes")
            compareParts(value)
        }
        compareTree(of: frame, with: value)
    }
}

private func encoding(of frame: RESPFrame) -> [UInt8] {
    var encoder = ReplyEncoder(version: .resp3)
    encoder.frame(frame)
    return Array(RESPBytes(encoder.span))
}

private func compareParts(_ value: ReferenceValue) {
    var encoder = ReplyEncoder(version: .resp3)
    encoder.write(value)
    let parts = Array(RESPBytes(encoder.span))
    guard let frame = try? RESPFrame(encoded: parts) else { fail("what was written in parts is malformed") }
    check(hasBytes(frame, value.withPlainNumbers.inRESP3.encoding), "other bytes when it is written in parts")
}

private func compareTree(of frame: RESPFrame, with value: ReferenceValue) {
    guard let tree = try? RESPTree(frame) else { fail("a frame without tree") }
    check(tree.frame == frame && tree.description == frame.description, "the tree's frame is another one")
    compare(tree.root, with: value, path: [])
    var bare = value
    bare.attributes = []
    check(hasBytes(tree.root.frame, bare.encoding), "the root's frame is another one")
}

private func compare(_ view: RESPView, with value: ReferenceValue, path: [Int]) {
    let isNull = value.isRESP2Null || value.kind == .null
    check(view.kind == (isNull ? .null : value.kind), "another kind in the tree")
    check(view.isNull == isNull && view.isError == value.kind.isError, "null or error, in error")
    check(view.path.count == path.count, "a path of another length")
    var bare = value
    bare.attributes = []
    check(RESPBytes(view.encoding) == RESPBytes(bare.encoding), "another encoding in the tree")
    compareAttributes(of: view, with: value.attributes)
    compareDecoding(of: view)
    switch value.body {
    case .line, .payload: check(view.count == 0, "elements of a scalar")
    case .elements(let elements):
        let isPairs = value.kind == .map || value.kind == .attribute
        check(view.count == (isPairs ? elements.count / 2 : elements.count), "another number of elements")
        for (index, element) in elements.enumerated() {
            do throws(RESPTypeMismatch) {
                if isPairs {
                    let pair = try view.pair(index / 2)
                    compare(index % 2 == 0 ? pair.key : pair.value, with: element, path: path + [index])
                } else {
                    compare(try view[index], with: element, path: path + [index])
                }
            } catch {
                fail("an element is missing in the tree")
            }
        }
    }
}

/// Attributes are reached from the value, the nearest first.
private func compareAttributes(of view: RESPView, with attributes: [ReferenceValue]) {
    if let _ = view.attributes { check(!attributes.isEmpty, "an attribute too many") }
    guard let last = attributes.last else { return }
    guard let attribute = view.attributes else { fail("an attribute is missing") }
    var bare = last
    bare.attributes = []
    check(RESPBytes(attribute.encoding) == RESPBytes(bare.encoding), "another attribute")
    check(attribute.kind == .attribute, "an attribute that is none")
    compareAttributes(of: attribute, with: attributes.dropLast())
}

/// What is read from a view is what is decoded from its frame.
private func compareDecoding(of view: RESPView) {
    let frame = view.frame
    check((try? view.string) == (try? frame.decode(as: String.self)), "another string in the tree")
    check((try? view.bytes) == (try? frame.decode(as: RESPBytes.self)), "other bytes in the tree")
    check((try? view.integer) == (try? frame.decode(as: Int.self)), "another integer in the tree")
    check((try? view.boolean) == (try? frame.decode(as: Bool.self)), "another boolean in the tree")
    let double = try? frame.decode(as: Double.self)
    check((try? view.double)?.bitPattern == double?.bitPattern, "another double in the tree")
    check((try? view.decode(as: [String].self)) == (try? frame.decode(as: [String].self)), "another array in the tree")
    check(view.errorMessage == frame.errorMessage, "another error in the tree")
    check(view.description == frame.description, "the view's description is another one")
}
