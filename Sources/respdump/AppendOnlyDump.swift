// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// Prints the commands of an append-only file, or of all files that a manifest lists.
struct AppendOnlyDump: ~Copyable {
    private let options: Options
    private var output = Output()
    private var text: TextPrinter
    private var json = JSONPrinter()
    /// Offset of the MULTI whose EXEC has not come.
    private var openTransaction: Int?

    init(_ options: Options) {
        self.options = options
        text = TextPrinter(isFull: options.isFull)
    }

    /// Prints what the command line names.
    ///
    /// - Throws: a ``DumpFailure`` if a file can't be read, is malformed, or ends inside a command or a transaction.
    mutating func printAll() throws(DumpFailure) {
        defer { output.flush() }
        guard let manifest = try AppendOnlyManifest.path(for: options.path) else {
            if let snapshot = try print(try Input(path: options.path)) {
                let name = options.path ?? "standard input"
                throw DumpFailure("\(name) starts with a snapshot (\(snapshot)), which is no RESP and not read")
            }
            return
        }
        for path in try AppendOnlyManifest(path: manifest).paths {
            let input = try Input(path: path)
            if options.isJSON {
                output.append("{\"file\":")
                output.appendJSON(path)
                output.append("}\n")
            } else {
                output.append("\(path)\n")
            }
            if let snapshot = try print(input) {
                output.flush()
                printError("respdump: \(path) is a snapshot (\(snapshot)), which is no RESP and not read")
            }
        }
    }

    /// Prints one file.
    ///
    /// - Returns: the name of the file's format if it is no RESP, but a snapshot.
    private mutating func print(_ input: borrowing Input) throws(DumpFailure) -> String? {
        var reader = AppendOnlyReader(limits: options.limits)
        openTransaction = nil
        do throws(DumpFailure) {
            var isEnd = false
            while !isEnd {
                isEnd = !(try reader.read(input, atMost: options.split))
                while let entry = try reader.next() {
                    switch entry {
                    case .snapshot(let format): return format
                    case .command(let item): print(item)
                    case .annotation(let line, let start): print(line, at: start)
                    }
                }
                output.flush()
            }
            let (good, end) = (reader.nextOffset, reader.nextOffset + reader.bufferedBytes)
            if end > good {
                throw DumpFailure(
                    "the file ends at offset \(end), inside the command that starts at \(good); "
                        + "what is good ends there")
            }
            if let start = openTransaction {
                throw DumpFailure(
                    "the transaction that starts at offset \(start) has no EXEC, so that a server drops it; "
                        + "what is good ends there")
            }
        } catch {
            output.flush()
            throw error.inFile(input.name)
        }
        return nil
    }

    private mutating func print(_ item: StreamItem) {
        switch item.commandName {
        case "MULTI": openTransaction = item.start
        case "EXEC": openTransaction = nil
        default: break
        }
        guard options.isJSON else { return text.printCommand(item, to: &output) }
        output.append("{\"offset\":\(item.start),\"values\":[")
        json.print(item, to: &output)
        output.append("]}\n")
    }

    private mutating func print(_ annotation: String, at start: Int) {
        if options.isJSON {
            output.append("{\"offset\":\(start),\"annotation\":")
            output.appendJSON(String(annotation.dropFirst()))
            output.append("}\n")
        } else {
            output.append(TextPrinter.column(start) + " ")
            output.appendArgument(annotation.utf8Span.span, atMost: text.maximumLength)
            output.append("\n")
        }
    }
}
