// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation

/// A server line that the integration tests run against.
///
/// Use `allCases` as the argument of a parameterised test.
public enum ServerVersion: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// The newest Valkey line.
    case valkey9 = "valkey-9"
    /// The first Valkey line that differs from Redis.
    case valkey8 = "valkey-8"
    /// The last Redis line under its old licence.
    case redis7 = "redis-7"

    /// The lines to run tests on: all of them, or those that the environment variable `TOOLKIT_SERVERS` names.
    ///
    /// `Scripts/test` sets the variable on a machine where not all can be had, and says so.
    public static let allCases: [ServerVersion] = {
        let all: [ServerVersion] = [.valkey9, .valkey8, .redis7]
        guard let chosen = ProcessInfo.processInfo.environment["TOOLKIT_SERVERS"] else { return all }
        return all.filter { chosen.split(separator: " ").contains(Substring($0.rawValue)) }
    }()

    /// The line as `Scripts/servers` spells it, such as `valkey-9`.
    public var description: String { rawValue }

    /// Whether this is Valkey, not Redis.
    public var isValkey: Bool { program == "valkey" }

    /// `valkey` or `redis`: how the names of the line's programs begin.
    private var program: Substring { rawValue.prefix { $0 != "-" } }

    /// The path of the server's program: the newest of the line in the package's `.servers` folder, else the one on PATH.
    ///
    /// - Throws: `TestServerError.missingBinary` when there is neither. A test never skips a server silently.
    func serverPath() throws -> String {
        let name = "\(program)-server"
        let manager = FileManager.default
        let folder = Self.packageRoot.appending(path: ".servers")
        let installed = ((try? manager.contentsOfDirectory(atPath: folder.path)) ?? [])
            .filter { $0.hasPrefix(rawValue + ".") }
            .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
            .map { folder.appending(path: $0).appending(path: "bin/\(name)").path }
        let onPath = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { "\($0)/\(name)" }
        if let path = installed.first(where: manager.isExecutableFile) { return path }
        if let path = onPath.first(where: { manager.isExecutableFile(atPath: $0) && isOfThisLine(path: $0) }) {
            return path
        }
        throw TestServerError.missingBinary(self)
    }

    /// The folder that holds Package.swift, also when this file is reached through a link.
    private static var packageRoot: URL {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// Whether the program at `path` says that it is of this line: `Valkey server v=9.1.2 …`.
    private func isOfThisLine(path: String) -> Bool {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["--version"]
        process.standardOutput = output
        guard (try? process.run()) != nil else { return false }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.contains(" v=\(rawValue.split(separator: "-")[1]).")
    }
}
