// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// The code of a library of functions, which says its own name in its first line.
///
/// ```swift
/// let counters = try FunctionCode("""
///     #!lua name=counters
///     redis.register_function('bump', function(keys, args) return redis.call('INCR', keys[1]) end)
///     """)
/// try await client.functionLoad(counters)
/// let count = try await client.fcall("bump", keys: ["hits"], as: Int.self)
/// ```
public struct FunctionCode: Hashable, Sendable {
    /// The text, its first line included.
    public let source: String
    /// What runs it: `lua`.
    public let engine: String
    /// The library's name.
    public let library: String

    /// The library of this text.
    ///
    /// - Throws: ``FunctionCodeError/noName`` if the first line isn't `#!ENGINE name=LIBRARY`.
    public init(_ source: String) throws(FunctionCodeError) {
        let line = source.prefix { !$0.isNewline }
        let words = line.split(separator: " ")
        let names = words.dropFirst().filter { $0.hasPrefix("name=") }.map { $0.dropFirst(5) }
        guard let engine = words.first, engine.hasPrefix("#!"), engine.count > 2, names.count == 1,
            let library = names.first, !library.isEmpty
        else { throw .noName }
        self.source = source
        self.engine = String(engine.dropFirst(2))
        self.library = String(library)
    }
}

/// Why a library of functions can't be used.
@nonexhaustive
public enum FunctionCodeError: Error, Hashable, Sendable {
    /// The first line isn't `#!ENGINE name=LIBRARY`. Nothing was sent.
    case noName
    /// The server has loaded it, under another name than the first line says.
    case loadedAs(String)
}

extension CommandExecutor where Self: ~Copyable {
    /// Loads a library of functions, in the place of an earlier version; in a cluster on every primary.
    ///
    /// It does no harm to do so at each start of a program: replacing a library by itself changes nothing. A primary that is
    /// added to a cluster later has only what is loaded then: `FCALL` answers `ERR Function not found` there.
    ///
    /// - Throws: as `execute`, a `ServerError` whose ``ServerError/scriptFailure`` has the line if the code is wrong;
    ///   ``FunctionCodeError/loadedAs(_:)``.
    public func functionLoad(_ code: FunctionCode) async throws {
        let name = try await functionLoad(code.source, replace: true)
        guard name == code.library else { throw FunctionCodeError.loadedAs(name) }
    }
}
