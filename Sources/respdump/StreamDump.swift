// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Prints a stream of replies or commands as it arrives.
struct StreamDump: ~Copyable {
    private let options: Options
    private var output = Output()
    private var stream: ItemStream
    private var text: TextPrinter
    private var json = JSONPrinter()

    init(_ options: Options) {
        self.options = options
        let keptBytes = options.isJSON || options.isFull ? Int.max : TextPrinter.shownBytes
        stream = ItemStream(of: options.content, limits: options.limits, keptBytes: keptBytes)
        text = TextPrinter(isFull: options.isFull)
    }

    /// Prints `input` to its end.
    ///
    /// - Throws: a ``DumpFailure`` if the stream is malformed, or ends inside something.
    mutating func print(_ input: borrowing Input) throws(DumpFailure) {
        while try stream.read(input, atMost: options.split) {
            do throws(RESPDecodingError) {
                while try stream.next() { printItems() }
            } catch {
                output.flush()
                throw DumpFailure(error)
            }
            // Whoever watches a live stream wants to see what has come.
            output.flush()
        }
        let end = stream.receivedBytes
        if end > stream.nextOffset {
            let thing = options.content == .commands ? "command" : "reply"
            let start = stream.nextOffset
            throw DumpFailure("the input ends at offset \(end), inside the \(thing) that starts at \(start)")
        }
        if let start = stream.openAttribute {
            throw DumpFailure("the input ends at offset \(end), behind the attribute at \(start), without its reply")
        }
    }

    private mutating func printItems() {
        if options.isJSON { output.append("{\"offset\":\(stream.items.first?.start ?? 0),\"values\":[") }
        for (index, item) in stream.items.enumerated() {
            if options.isJSON {
                if index > 0 { output.append(",") }
                json.print(item, to: &output)
            } else if options.content == .commands {
                text.printCommand(item, to: &output)
            } else {
                text.print(item, to: &output)
            }
        }
        if options.isJSON { output.append("]}\n") }
    }
}
