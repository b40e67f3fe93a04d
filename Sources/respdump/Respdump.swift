// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// `respdump`: prints RESP streams; see ``Options/usage``.
@main
enum Respdump {
    static func main() {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
            printError(Options.usage)
            quit(2)
        }
        if options.wantsHelp {
            print(Options.usage)
            return
        }
        do throws(DumpFailure) {
            if options.readsHexLines {
                var lines = HexLines(options)
                try lines.answerAll()
            } else if options.content == .appendOnlyFile {
                var dump = AppendOnlyDump(options)
                try dump.printAll()
            } else {
                let input = try Input(path: options.path)
                var dump = StreamDump(options)
                try dump.print(input)
            }
        } catch {
            printError("respdump: \(error.message)")
            quit(1)
        }
    }
}
