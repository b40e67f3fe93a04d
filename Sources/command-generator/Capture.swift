// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import CommandCatalog
internal import Foundation

/// Asks a server for its commands.
enum Capture {
    static func run(endpoint: String, output: String) async throws {
        throw CocoaError(.featureUnsupported)
    }
}
