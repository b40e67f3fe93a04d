// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// `respdump`: prints RESP streams; see ``Options/usage``.
@main
enum Respdump {
    static func main() {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
            printError(Options.usage)
            quit(2)
        }
        if options.readsHexLines {
            while let line = readLine() {
                print(answer(to: line, split: options.split))
                flushOutput()
            }
            return
        }
        guard let input = Input(path: options.path) else {
            printError("respdump: cannot read \(options.path ?? "standard input")")
            quit(1)
        }
        if !dump(input, options) { quit(1) }
    }

    /// Prints a stream as it arrives. False: it is malformed, or ends inside a frame.
    private static func dump(_ input: borrowing Input, _ options: Options) -> Bool {
        var decoder = RESPDecoder()
        do throws(RESPDecodingError) {
            while let bytes = input.read(atMost: min(options.split, 64 << 10)) {
                decoder.append(bytes.span)
                var start = decoder.frameOffset
                while let frame = try decoder.next() {
                    if options.isJSON {
                        let values = JSONPrinter.values(of: frame).map(\.text).joined(separator: ",")
                        print("{\"offset\":\(start),\"values\":[\(values)]}")
                    } else {
                        for line in TextPrinter(frame, at: start).lines { print(line) }
                    }
                    start = decoder.frameOffset
                }
            }
        } catch {
            flushOutput()
            printError("respdump: \(error)")
            return false
        }
        guard decoder.bufferedBytes > 0 else { return true }
        flushOutput()
        let end = decoder.frameOffset + decoder.bufferedBytes
        printError("respdump: the input ends at offset \(end), inside the frame that starts at \(decoder.frameOffset)")
        return false
    }

    /// The line of JSON for a stream given in hexadecimal. What isn't hexadecimal counts as malformed.
    private static func answer(to line: String, split: Int) -> String {
        guard let bytes = bytes(ofHex: line) else { return #"{"vals":[],"used":[],"end":"error"}"# }
        var decoder = RESPDecoder()
        var values: [String] = []
        var ends: [String] = []
        var end = "end"
        do throws(RESPDecodingError) {
            var sent = 0
            while sent < bytes.count {
                let next = sent + min(split, bytes.count - sent)
                decoder.append(bytes.span.extracting(sent..<next))
                sent = next
                var start = decoder.frameOffset
                while let frame = try decoder.next() {
                    for value in JSONPrinter.values(of: frame) {
                        values.append(value.text)
                        ends.append(String(start + value.end))
                    }
                    start = decoder.frameOffset
                }
            }
            if decoder.bufferedBytes > 0 { end = "incomplete" }
        } catch {
            end = "error"
        }
        let (vals, used) = (values.joined(separator: ","), ends.joined(separator: ","))
        return "{\"vals\":[\(vals)],\"used\":[\(used)],\"end\":\"\(end)\"}"
    }

    private static func bytes(ofHex line: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in line.utf8 where character != 0x20 && character != 0x0D && character != 0x09 {
            let digit: UInt8
            switch character {
            case 0x30...0x39: digit = character - 0x30
            case 0x41...0x46: digit = character - 0x37
            case 0x61...0x66: digit = character - 0x57
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? bytes : nil
    }
}
