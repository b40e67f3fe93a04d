// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file or standard input, read as it comes.
struct Input: ~Copyable {
    private let descriptor: CInt

    /// Nil if the file can't be opened.
    init?(path: String?) {
        guard let path else {
            descriptor = 0
            return
        }
        let opened = unsafe open(path, O_RDONLY)
        guard opened >= 0 else { return nil }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// The next bytes, at least one; nil at the end.
    borrowing func read(atMost count: Int) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            #if canImport(Glibc)
                let result = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
            #elseif canImport(Musl)
                let result = unsafe Musl.read(descriptor, buffer.baseAddress, count)
            #else
                let result = unsafe Darwin.read(descriptor, buffer.baseAddress, count)
            #endif
            initialized = max(0, result)
        }
        return bytes.isEmpty ? nil : bytes
    }
}

/// Hands everything printed so far to the reader of standard output.
func flushOutput() { fflush(nil) }

/// Prints a line to standard error.
func printError(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}

/// Ends the program.
func quit(_ status: CInt) -> Never {
    flushOutput()
    exit(status)
}
