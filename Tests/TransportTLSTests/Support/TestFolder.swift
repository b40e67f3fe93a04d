// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import Foundation

    /// A folder of a test's own, gone with this object.
    final class TestFolder: Sendable {
        let path: String

        init() throws {
            let url = FileManager.default.temporaryDirectory.appendingPathComponent("toolkit-tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            path = url.path
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// Puts a file into the place of the one of that name, if there is one. Returns its path.
        @discardableResult
        func write(_ bytes: [UInt8], to name: String) throws -> String {
            let path = "\(path)/\(name)"
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
            return path
        }
    }

#endif
