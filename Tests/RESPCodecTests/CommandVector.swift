// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// A stream of commands, as a server receives them, with what it means; see Tests/Vectors/README.md.
struct CommandVector: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var limits: RESPLimits
    /// The commands as arrays of bulk strings, whatever form they came in, and where each ends.
    var commands: [VectorValue]
    var ends: [Int]
    var end: RESPVector.End

    var testDescription: String { name }

    var error: RESPDecodingError? {
        if case .error(let error) = end { error } else { nil }
    }

    /// The files, and how many vectors each has to have at least.
    static let files = ["commands": 70, "inline-commands": 130]

    /// The vectors of both files.
    static let all: Result<[CommandVector], any Error> = Result {
        try files.keys.sorted().flatMap { try vectors(inFile: $0) }
    }

    static func vectors(inFile name: String) throws -> [CommandVector] { try VectorFile(name).decoded() }
}

extension CommandVector: Decodable {
    private enum CodingKeys: String, CodingKey {
        case name, limits, commands, used
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        bytes = try VectorStream(from: decoder).bytes
        limits = try fields.decodeIfPresent(VectorLimits.self, forKey: .limits)?.limits(else: .server) ?? .server
        commands = try fields.decode([[String]].self, forKey: .commands).map { arguments in
            .aggregate("*", arguments.map { .bytes("$", hex: $0) })
        }
        ends = try fields.decode([Int].self, forKey: .used)
        end = try VectorEnd(from: decoder).end
        guard commands.count == ends.count else { throw VectorFileError("commands and used differ in count") }
    }
}

extension StreamReading {
    /// What a command scanner measures, what is no command left out.
    init(scanningCommands bytes: [UInt8], _ cut: StreamCut, limits: RESPLimits) {
        var scanner = CommandScanner(limits: limits)
        var start = 0
        for end in cut.counts {
            do throws(RESPDecodingError) {
                while start < end, let length = try scanner.frameLength(in: bytes.span.extracting(start..<end)) {
                    start += length
                    if scanner.argumentCount > 0 {
                        frames.append(Array(bytes[start - length..<start]))
                        ends.append(start)
                    }
                }
            } catch {
                self.error = error
                return
            }
        }
        rest = bytes.count - start
    }

    /// What a command decoder hands out, given the stream's bytes by `append`, or, if `receives`, by `receive`.
    init(decodingCommands bytes: [UInt8], _ cut: StreamCut, limits: RESPLimits, receives: Bool = false) {
        var decoder = RESPCommandDecoder(limits: limits)
        var sent = 0
        for end in cut.counts {
            if receives {
                while sent < end {
                    decoder.receive { output in
                        let part = min(end - sent, output.freeCapacity)
                        for index in sent..<sent + part { output.append(bytes[index]) }
                        sent += part
                    }
                }
            } else {
                decoder.append(bytes.span.extracting(sent..<end))
                sent = end
            }
            do throws(RESPDecodingError) {
                while let command = try decoder.next() {
                    frames.append(command.frame.bytes)
                    ends.append(decoder.frameOffset)
                }
            } catch {
                self.error = error
                return
            }
        }
        rest = decoder.bufferedBytes
    }
}
