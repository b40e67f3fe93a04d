// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Invariant: however a stream of commands arrives, in pieces of whatever size, under generous and under tiny limits, the
// command decoder hands out the commands that a naive parser finds and ends with its error. What it has handed out stays as
// it was. A command's own forms agree with each other, and it is the same command again when it is sent on.

internal import RESPCodec

func exerciseCommands(_ bytes: Span<UInt8>) {
    var random = FuzzRandom(from: bytes)
    let input = Array(RESPBytes(bytes))
    let limits = RESPLimits(
        maximumBulkLength: random.below(30), maximumElements: random.below(5), maximumFrameBytes: random.below(90),
        maximumInlineLength: random.below(40))
    for limits in [RESPLimits.serverBeforeAuthentication, limits] {
        let reference = ReferenceCommandParser(input, limits: limits)
        var stop: Int?
        if case .malformed(let offset) = reference.stop { stop = offset }
        decode(input, commands: reference.commands, errorOffset: stop, limits: limits, using: &random)
    }
    decodePadded(input, using: &random)
}

/// Puts commands of many sizes between those of the input, so that they fill a decoder's chunks.
private func decodePadded(_ input: [UInt8], using random: inout FuzzRandom) {
    let reference = ReferenceCommandParser(input)
    var stream: [UInt8] = []
    var commands: [ReferenceCommandParser.Command] = []
    for command in reference.commands {
        if random.isOne(in: 6) {
            let byte = UInt8(truncatingIfNeeded: commands.count)
            let argument = [UInt8](repeating: byte, count: random.below([50, 3_000, 20_000, 80_000][random.below(4)]))
            let name = Array("ECHO".utf8)
            let arguments = random.isOne(in: 2) ? [name, argument] : [argument, name]
            commands.append(.init(arguments: arguments, isInline: false, range: 0..<1))
            stream += commands.last?.encoding ?? []
        }
        commands.append(command)
        stream += input[command.range]
    }
    let rest = reference.commands.last?.range.upperBound ?? 0
    var stop: Int?
    if case .malformed(let offset) = reference.stop { stop = stream.count + offset - rest }
    stream += input[rest...]
    decode(stream, commands: commands, errorOffset: stop, limits: .server, using: &random)
}

private func decode(
    _ stream: [UInt8], commands: [ReferenceCommandParser.Command], errorOffset: Int?, limits: RESPLimits,
    using random: inout FuzzRandom
) {
    let expected = commands.filter { !$0.arguments.isEmpty }
    var decoder = RESPCommandDecoder(limits: limits)
    var kept: [(RESPCommand, Int)] = []
    var arguments: [(RESPBytes, [UInt8])] = []
    var found = 0
    var fed = 0
    var leastEnd = 0
    var error: RESPDecodingError?
    while error == nil {
        do throws(RESPDecodingError) {
            while let command = try decoder.next() {
                check(found < expected.count, "the decoder invents a command")
                compare(command, with: expected[found])
                check(fed >= leastEnd, "fewer bytes were missing than the decoder said")
                leastEnd = 0
                if random.isOne(in: 2) { kept.append((command, found)) }
                if random.isOne(in: 4) {
                    for argument in command.arguments { arguments.append((argument, Array(argument))) }
                }
                if kept.count > 12 || random.isOne(in: 8) { kept.removeFirst(min(kept.count, random.below(13))) }
                found += 1
            }
        } catch let thrown {
            error = thrown
        }
        if error == nil {
            check(decoder.bufferedBytes == fed - decoder.frameOffset, "not all that was received is buffered")
            check(decoder.missingBytes > 0, "nothing is missing, but there is no command")
            leastEnd = fed + decoder.missingBytes
        }
        guard fed < stream.count else { break }
        fed += feed(&decoder, stream.span.extracting(fed..<stream.count), using: &random)
    }
    check(found == expected.count, "the decoder misses a command")
    check(error?.offset == errorOffset, "another error than the naive parser's")
    let isUnchanged = kept.allSatisfy { hasBytes($0.frame, expected[$1].encoding) }
    check(isUnchanged, "a command has changed after it was handed out")
    check(arguments.allSatisfy { Array($0) == $1 }, "an argument has changed after it was taken out")
}

private func compare(_ command: RESPCommand, with expected: ReferenceCommandParser.Command) {
    check(hasBytes(command.frame, expected.encoding), "another command than the naive parser's")
    check(command.isInline == expected.isInline, "inline or not, in error")
    check(command.argumentCount == expected.arguments.count, "another number of arguments")
    let last = expected.arguments.count - 1
    check(command.argument(at: last).map { Array($0) } == expected.arguments[last], "another last argument")
    check(command.argument(at: last + 1) == nil && command.argument(at: -1) == nil, "an argument too many")
    check(command.arguments.map { Array($0) } == expected.arguments, "other arguments")
    check(Array(command.name) == expected.arguments[0], "another name")
    let capitals = expected.arguments[0].map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 }
    check(Array(command.uppercasedName) == capitals, "other capitals")
    check(RESPCommand(command.frame) == command, "a command is not accepted again")
    _ = command.description
    if let name = String(validating: capitals, as: UTF8.self) { check(command.isNamed(name), "not its own name") }
}

private func feed(_ decoder: inout RESPCommandDecoder, _ bytes: Span<UInt8>, using random: inout FuzzRandom) -> Int {
    let count = random.cut(of: bytes.count)
    if random.isOne(in: 3) {
        decoder.append(bytes.extracting(first: count))
        return count
    }
    return decoder.receive { space in
        check(space.freeCapacity > 0, "no space to receive into")
        let taken = min(count, space.freeCapacity)
        for index in 0..<taken { space.append(bytes[index]) }
        return taken
    }
}
