// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Foundation

/// Where the catalogue and the generated code lie in a checkout.
public struct Repository: Sendable {
    private let root: URL

    /// The checkout at a folder.
    public init(root: String) { self.root = URL(filePath: root, directoryHint: .isDirectory) }

    private var sources: URL { root.appending(path: "Sources/Commands/Generated", directoryHint: .isDirectory) }
    private var samples: URL { root.appending(path: "Tests/CommandSamples/Generated", directoryHint: .isDirectory) }
    private var catalogFolder: URL {
        root.appending(path: "Sources/CommandCatalog/Catalogue", directoryHint: .isDirectory)
    }

    /// The committed catalogue: the last by name, if there are several.
    public func catalogue() throws -> Catalogue {
        let names = try FileManager.default.contentsOfDirectory(atPath: catalogFolder.path())
            .filter { $0.hasSuffix(".json") }.sorted()
        guard let name = names.last else { throw CocoaError(.fileNoSuchFile) }
        return try Catalogue(json: Data(contentsOf: catalogFolder.appending(path: name)))
    }

    /// Writes everything that is generated, and removes generated files that are no longer.
    ///
    /// - Returns: how many files there are.
    public func render() throws -> Int {
        let catalogue = try catalogue()
        var count = 1
        for (folder, files) in [
            (sources, GeneratedFile.sources(of: catalogue)), (samples, GeneratedFile.samples(of: catalogue)),
        ] {
            try write(files, to: folder)
            count += files.count
        }
        let report = GeneratedFile.skippedReport(of: catalogue)
        try Data(report.text.utf8).write(to: catalogFolder.appending(path: report.name))
        return count
    }

    private func write(_ files: [GeneratedFile], to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let names = Set(files.map(\.name))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path())
        where name.hasSuffix(".swift") && !names.contains(name) {
            try FileManager.default.removeItem(at: folder.appending(path: name))
        }
        for file in files { try Data(file.text.utf8).write(to: folder.appending(path: file.name)) }
    }

    /// How the committed files differ from what would be rendered; empty if they don't.
    public func differences() throws -> [String] {
        let catalogue = try catalogue()
        let report = GeneratedFile.skippedReport(of: catalogue)
        return try GeneratedFile.differences(GeneratedFile.sources(of: catalogue), in: sources)
            + GeneratedFile.differences(GeneratedFile.samples(of: catalogue), in: samples)
            + GeneratedFile.differences([report], in: catalogFolder)
    }
}
