// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation

/// The system calls behind `ChildProcess`.
extension ChildProcess {
    /// Starts a program that inherits no descriptor but those given here.
    ///
    /// - Parameters:
    ///   - input: the descriptor that becomes its standard input; nil for `/dev/null`.
    ///   - output: the file that its standard output and error are appended to.
    /// - Throws: `TestServerError.system`.
    static func spawn(path: String, arguments: [String], input: Int32? = nil, output: String) throws -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t? = nil
            var attributes: posix_spawnattr_t? = nil
        #else
            var actions = unsafe posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        if let input {
            unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Swift's task threads block most signals, and a child would inherit that.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        #if canImport(Darwin)
            unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_CLOEXEC_DEFAULT))
        #else
            unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            // A descriptor that is not open is no error here, and tests have far fewer than this.
            for descriptor in 3..<Int32(256) { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        #endif

        var strings: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map { unsafe strdup($0) }
        unsafe strings.append(nil)
        defer { unsafe strings.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let status = unsafe posix_spawn(&pid, path, &actions, &attributes, strings, environ)
        guard status == 0 else { throw TestServerError.system(operation: "posix_spawn \(path)", errno: status) }
        return pid
    }

    /// Whether the child `pid` has ended; it is reaped then.
    static func hasEnded(_ pid: pid_t, blocking: Bool) -> Bool {
        while true {
            let result = waitpid(pid, nil, blocking ? 0 : WNOHANG)
            if result == -1 && errno == EINTR { continue }
            return result != 0
        }
    }
}
