// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The list of files that make up one append-only log, as servers have kept it since Redis 7.
struct AppendOnlyManifest {
    /// Paths in the order in which a server loads them: the base, which may be a snapshot, and what was appended since.
    private(set) var paths: [String] = []

    /// The manifest to use for `path`: itself if it is one, or the only one in the folder that it names.
    ///
    /// - Returns: nil if `path` is neither.
    static func path(for path: String?) throws(DumpFailure) -> String? {
        guard let path else { return nil }
        if path.hasSuffix(".manifest") { return path }
        guard let names = namesOfFiles(inFolder: path) else { return nil }
        // A server that is at work writes its next manifest under a name that begins so.
        let manifests = names.filter { $0.hasSuffix(".manifest") && !$0.hasPrefix("temp-") }.sorted()
        guard manifests.count == 1 else {
            let found = manifests.isEmpty ? "no manifest" : "several manifests: \(manifests.joined(separator: ", "))"
            throw DumpFailure("\(path): a folder with \(found); name the file to print")
        }
        return path + "/" + manifests[0]
    }

    /// Reads the manifest at `path`, of lines such as `file appendonly.aof.1.incr.aof seq 1 type i`.
    init(path: String) throws(DumpFailure) {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        var base: [String] = []
        var appended: [(sequence: Int, path: String)] = []
        for line in try AppendOnlyManifest.text(at: path).split(separator: "\n") where !line.hasPrefix("#") {
            let words = AppendOnlyManifest.words(of: line)
            var fields: [String: String] = [:]
            for index in stride(from: 0, to: words.count - 1, by: 2) { fields[words[index]] = words[index + 1] }
            guard let name = fields["file"], !name.contains("/"), let sequence = fields["seq"].flatMap({ Int($0) })
            else {
                throw DumpFailure("\(path): not the line of a manifest: \(line)")
            }
            switch fields["type"] {
            case "b": base.append(folder + name)
            case "i": appended.append((sequence, folder + name))
            default: continue  // "h" is history: replaced, and about to be deleted.
            }
        }
        paths = base + appended.sorted { $0.sequence < $1.sequence }.map(\.path)
    }

    private static func text(at path: String) throws(DumpFailure) -> String {
        let input = try Input(path: path)
        var bytes: [UInt8] = []
        var before = -1
        // Servers write a few lines.
        while bytes.count > before, bytes.count < 1 << 20 {
            before = bytes.count
            try bytes.append(addingCapacity: 4096) { output throws(DumpFailure) in
                try input.read(into: &output, atMost: .max)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The words of a line; a name with blanks is in quotes.
    private static func words(of line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        var isEscaped = false
        for character in line {
            if isEscaped {
                word.append(character)
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if !isQuoted, character == " " || character == "\r" {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
