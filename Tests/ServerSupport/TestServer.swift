// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation
public import RESPCodec
import Synchronization
public import Transport

/// A real server, alone on a loopback port and a Unix socket, with a temporary folder of its own. It keeps nothing on disk.
///
/// It is killed when this is dropped, and when the tests' process ends in whatever way.
public final class TestServer: Sendable {
    /// The server's line.
    public let version: ServerVersion
    /// Its port on 127.0.0.1; the same after a restart.
    public let port: Int
    /// Its port for TLS, if it has one; the same after a restart.
    public let tlsPort: Int?
    /// The folder it runs in, where its log is.
    public let folder: String
    /// The file that `CONFIG REWRITE` writes its settings to; empty at the start.
    public let configurationFile: String
    private let arguments: [String]
    private let process: Mutex<ChildProcess?>

    private init(version: ServerVersion, options: [String], tls: TestTLS?) throws {
        self.version = version
        port = try FreePorts.take()
        let tlsPort = try tls.map { _ in try FreePorts.take() }
        self.tlsPort = tlsPort
        let folder = try ProcessGuard.shared.makeFolder()
        self.folder = folder
        let tlsArguments = try tlsPort.flatMap { try tls?.arguments(port: $0, folder: folder) } ?? []
        // Empty: CONFIG REWRITE needs one.
        configurationFile = "\(folder)/server.conf"
        try Data().write(to: URL(fileURLWithPath: configurationFile))
        arguments =
            [
                configurationFile, "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", "\(folder)/s", "--dir",
                folder,
                "--save", "", "--appendonly", "no", "--daemonize", "no", "--enable-debug-command", "local",
            ] + tlsArguments + options
        process = Mutex(nil)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts a server and waits until it answers.
    ///
    /// - Parameters:
    ///   - options: more of the server's command line, such as `["--maxmemory", "10mb"]`. A password given here as
    ///     `--requirepass` is used by `cli(_:)`.
    ///   - tls: what it has for TLS, on a port besides the plain one; `nil` has none.
    /// - Throws: `TestServerError`; `missingBinary` when this machine has no such server.
    public static func start(
        _ version: ServerVersion, options: [String] = [], tls: TestTLS? = nil
    ) async throws -> TestServer {
        try await BlockingWork.run {
            // Another process may take the port between the look and the start.
            for _ in 1...4 {
                let server = try TestServer(version: version, options: options, tls: tls)
                do {
                    try server.launch()
                    return server
                } catch TestServerError.notReady(_, let log) where log.contains("in use") {
                    continue
                }
            }
            let server = try TestServer(version: version, options: options, tls: tls)
            try server.launch()
            return server
        }
    }

    /// The server's address over TCP.
    public var endpoint: Endpoint { .tcp(host: "127.0.0.1", port: port) }

    /// The server's address for TLS, under this name or number; only for a server that has TLS.
    public func tlsEndpoint(host: String = "localhost") -> Endpoint { .tcp(host: host, port: tlsPort ?? 0) }

    /// The server's address over its Unix socket.
    public var unixEndpoint: Endpoint { .unix(path: socketPath) }

    /// The path of its Unix socket.
    public var socketPath: String { "\(folder)/s" }

    /// The id of its process, or nil while it is not running.
    public var processID: Int? { process.withLock { $0?.id.map(Int.init) } }

    /// What it has logged so far.
    public var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }

    /// Kills it at once (SIGKILL); its sockets are closed by the system. It can be started again with `restart()`.
    public func kill() {
        process.withLock { process in
            process?.killAndReap()
            process = nil
        }
    }

    /// Ends it in an orderly way (SIGTERM), and kills it after ten seconds if it has not ended.
    public func terminate() async throws {
        guard let process = process.withLock({ $0 }) else { return }
        process.signal(SIGCONT)
        process.signal(SIGTERM)
        try? await BlockingWork.run {
            try BlockingWork.poll("the server's end", limit: .seconds(10)) { process.isRunning ? nil : () }
        }
        kill()
    }

    /// Starts it again on the same port, empty; kills it before if it runs. Waits until it answers.
    public func restart() async throws {
        try await BlockingWork.run { [self] in
            kill()
            try launch()
        }
    }

    /// Stops it from running (SIGSTOP): connections stay open, nothing is read or answered.
    public func pause() { process.withLock { $0?.signal(SIGSTOP) } }

    /// Lets it run again after `pause()`.
    public func resume() { process.withLock { $0?.signal(SIGCONT) } }

    /// Sends a command over a new connection that shares only the codec with the tested clients.
    ///
    /// - Throws: `TestServerError`; `errorReply` when the server answers with an error.
    @discardableResult
    public func cli(_ words: String...) async throws -> RESPFrame { try await cli(words) }

    /// Sends a command whose words are in an array; see `cli(_:)`.
    @discardableResult
    public func cli(_ words: [String]) async throws -> RESPFrame {
        try await BlockingWork.run { [self] in try askOnce(words) }
    }
}

extension TestServer {
    /// Starts the process and waits for an answer. Blocks.
    func launch() throws {
        let process = try ChildProcess(
            path: version.serverPath(), arguments: arguments, output: "\(folder)/log")
        self.process.withLock { $0 = process }
        try BlockingWork.poll("an answer of \(version) on port \(port)") {
            guard process.isRunning else {
                throw TestServerError.notReady(reason: "it has ended", log: String(log.suffix(2_000)))
            }
            return try? askOnce(["PING"])
        }
    }

    /// One command over a new connection. Blocks.
    @discardableResult
    func askOnce(_ words: [String]) throws -> RESPFrame {
        var connection = try BlockingConnection(port: port)
        if let option = arguments.lastIndex(of: "--requirepass") {
            _ = try connection.ask(["AUTH", arguments[option + 1]])
        }
        let reply = try connection.ask(words)
        if let message = reply.errorMessage {
            throw TestServerError.errorReply(command: words.first ?? "", message: message)
        }
        return reply
    }
}
