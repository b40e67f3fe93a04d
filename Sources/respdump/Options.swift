// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// What the command line asks for.
struct Options {
    static let usage = """
        usage: respdump [--json] [--split N] [FILE]
               respdump --hex-lines [--split N]

        Prints RESP streams, replies or commands, readable and with offsets, from FILE or standard input.

          --json       one line of JSON per frame: {"offset":N,"values":[V…]}
          --split N    give the decoder N bytes at a time
          --hex-lines  every line of standard input is the hexadecimal text of a stream of its own, and is answered with
                       a line of JSON: {"vals":[V…],"used":[end offset of each],"end":"end"|"incomplete"|"error"}

        V is ["$",hex] and the like for strings and errors, [":","1"], [",","1.5"], ["#",true], ["_"],
        ["*",[V…]], ["%",[[V,V]…]]; an attribute stands before the value that it is about.
        Exit status: 1 if the input is malformed or incomplete, 2 if the command line is wrong.
        """

    var isJSON = false
    var readsHexLines = false
    var split = Int.max
    var path: String?

    /// Nil if the arguments make no sense, or ask for help.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": isJSON = true
            case "--hex-lines": readsHexLines = true
            case "--split":
                guard let text = rest.popFirst(), let number = Int(text), number > 0 else { return nil }
                split = number
            case _ where argument.hasPrefix("--"): return nil
            default:
                guard path == nil else { return nil }
                path = argument
            }
        }
        if readsHexLines, path != nil || isJSON { return nil }
    }
}
