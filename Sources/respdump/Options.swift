// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

/// What the command line asks for.
struct Options {
    static let usage = """
        usage: respdump [--commands | --aof] [--json] [--full] [--limits NAME] [--depth N] [--split N] [FILE]
               respdump --hex-lines [--commands] [--limits NAME] [--depth N] [--split N]

        Prints a RESP stream readable and with offsets, from FILE or standard input.

          (no option)    what a server or a proxy sends: replies, pushes, attributes; commands are arrays
          --commands     what a client sends: commands, inline ones included, as a server understands them
          --aof          an append-only file, or a folder or manifest of such files; annotations are printed, too
          --json         one line of JSON per reply with its attributes: {"offset":N,"values":[V…]}
          --full         long strings whole; without it, they are cut after 256 bytes
          --limits NAME  client (up to 512 MiB a string, 128 levels; the default), server (for --commands), strangers,
                         or trusted (65,536 levels, nothing else; the default for --aof)
          --depth N      so many levels of nesting in place of what the limits say
          --split N      give the decoder N bytes at a time
          --hex-lines    every line of standard input is the hexadecimal text of a stream of its own, and is answered at
                         once with a line of JSON: {"vals":[V…],"used":[end offset of each],"end":"end"}; the end may
                         also be "incomplete" or "error"

        V is, hex being that of the raw bytes:  ["$",hex] and so for + - ! = (   [":","123"]   [",","1.5"]   ["#",true]
        ["_"], whichever null it was   ["*",[V…]] and so for ~ >   ["%",[[V,V]…]] and so for |
        Doubles are the shortest text that reads back the same. An attribute stands just before the value it is about.
        Exit status: 1 if the input is malformed, incomplete or can't be read, 2 if the command line is wrong.
        """

    /// What the stream consists of.
    enum Content {
        case replies, commands, appendOnlyFile
    }

    var content = Content.replies
    var isJSON = false
    var isFull = false
    var readsHexLines = false
    var wantsHelp = false
    /// How many bytes the decoder is given at a time.
    var split = Int.max
    /// Nil: standard input.
    var path: String?
    private var chosenLimits: RESPLimits?
    private var chosenDepth: Int?

    /// What the decoder accepts.
    var limits: RESPLimits {
        var limits = chosenLimits ?? defaultLimits
        if let chosenDepth { limits.maximumDepth = chosenDepth }
        return limits
    }

    private var defaultLimits: RESPLimits {
        switch content {
        case .replies: .client
        case .commands: .server
        case .appendOnlyFile: .trusted
        }
    }

    /// Nil if the arguments make no sense.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": wantsHelp = true
            case "--json": isJSON = true
            case "--full": isFull = true
            case "--hex-lines": readsHexLines = true
            case "--commands", "--aof":
                guard content == .replies else { return nil }
                content = argument == "--aof" ? .appendOnlyFile : .commands
            case "--split":
                guard let text = rest.popFirst(), let number = Int(text), number > 0 else { return nil }
                split = number
            case "--depth":
                guard let text = rest.popFirst(), let number = Int(text), number >= 0 else { return nil }
                chosenDepth = number
            case "--limits":
                guard let name = rest.popFirst(), let limits = Options.limits(named: name) else { return nil }
                chosenLimits = limits
            case _ where argument.hasPrefix("-") && argument != "-": return nil
            default:
                guard path == nil else { return nil }
                path = argument
            }
        }
        if path == "-" { path = nil }
        if readsHexLines, path != nil || isJSON || isFull || content == .appendOnlyFile { return nil }
    }

    private static func limits(named name: String) -> RESPLimits? {
        switch name {
        case "client": .client
        case "server": .server
        case "strangers": .serverBeforeAuthentication
        case "trusted": .trusted
        default: nil
        }
    }
}
