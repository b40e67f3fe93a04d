// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Foundation
import Synchronization

/// Ends every child process and removes every folder that the tests made, whatever ends the tests' own process.
///
/// A small shell process holds one end of a socket pair and a list of process ids. When this process is gone, crashed or
/// killed, the shell reads an end of file, kills what is on the list and removes the folder. At an orderly exit the children
/// are killed here already. (Linux's parent-death signal won't do: it is tied to the *thread* that started a child.)
final class ProcessGuard: Sendable {
    static let shared = ProcessGuard()

    /// A new folder of this process, with a short path: a Unix socket's path has about 100 bytes.
    private let folder: String
    private let foldersMade = Atomic<Int>(0)
    private let children = Mutex<Set<pid_t>>([])
    private let channel: Int32?

    private static let script = """
        trap '' HUP INT TERM
        children=
        while read -r change id; do
            if [ "$change" = + ]; then children="$children $id"; continue; fi
            rest=
            for child in $children; do [ "$child" = "$id" ] || rest="$rest $child"; done
            children=$rest
        done
        for child in $children; do kill -9 "$child"; done
        rm -rf "$1"
        """

    private init() {
        folder = "/tmp/toolkit-tests-" + String(UInt64.random(in: .min ... .max), radix: 36)
        if let (ours, theirs) = Self.socketPair() {
            let shell = try? ChildProcess.spawn(
                path: "/bin/sh", arguments: ["-c", Self.script, "guard", folder], input: theirs, output: "/dev/null")
            close(theirs)
            channel = shell == nil ? nil : ours
        } else {
            channel = nil
        }
        atexit { ProcessGuard.shared.killAll() }
    }

    /// Puts a child on the list.
    func add(_ pid: pid_t) {
        _ = children.withLock { $0.insert(pid) }
        tell("+ \(pid)\n")
    }

    /// Takes a child that has been reaped off the list: its id may belong to another process soon.
    func remove(_ pid: pid_t) {
        _ = children.withLock { $0.remove(pid) }
        tell("- \(pid)\n")
    }

    /// Makes a folder for one server and returns its path.
    func makeFolder() throws -> String {
        let path = "\(folder)/\(foldersMade.add(1, ordering: .relaxed).newValue)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }

    private func tell(_ line: String) {
        if let channel { Self.send(line, to: channel) }
    }

    private func killAll() {
        for child in children.withLock({ $0 }) { _ = kill(child, SIGKILL) }
    }
}
