// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Where the tour goes, as the command line says.
struct TourOptions {
    var url = "valkey://127.0.0.1:6379"
    var clusterURL: String?
    var unixPath: String?
    var wantsHelp = false

    static let help = """
        toolkit-tour: shows what the Valkey Toolkit for Swift does, on real servers, and checks every answer.

        usage: toolkit-tour [options]

          --url URL          a server (default valkey://127.0.0.1:6379)
          --cluster-url URL  one node of a cluster; without it the cluster's sections are left out
          --unix PATH        the Unix socket of the server at --url; without it that section is left out
          --help             this text

        Its keys and channels begin with "tour:"; it deletes the keys before and after. Exit status: 0; 1 if something
        was not as it must be; 2 for wrong options.
        """

    init(_ arguments: [String]) throws(TourFailure) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if name == "--help" {
                wantsHelp = true
                continue
            }
            guard ["--url", "--cluster-url", "--unix"].contains(name) else {
                throw TourFailure("there is no option \(name)")
            }
            guard let value = rest.popFirst() else { throw TourFailure("\(name) needs a value") }
            switch name {
            case "--url": url = value
            case "--cluster-url": clusterURL = value
            default: unixPath = value
            }
        }
    }
}
