// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Text for standard output, written in large pieces.
struct Output: ~Copyable {
    private var bytes: [UInt8] = []

    /// What has been appended is written by itself when there is so much of it.
    private static let capacity = 64 << 10

    /// Writes everything that has been appended. If nobody can take it, the program ends.
    mutating func flush() {
        var sent = 0
        while sent < bytes.count {
            let result = unsafe bytes.withUnsafeBytes { unsafe write(1, $0.baseAddress! + sent, $0.count - sent) }
            if result < 0, errno != EINTR {
                printError("respdump: standard output: \(lastSystemError())")
                exit(1)
            }
            sent += max(0, result)
        }
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func append(_ byte: UInt8) {
        if bytes.count >= Output.capacity { flush() }
        bytes.append(byte)
    }

    mutating func append(_ text: String) {
        if bytes.count >= Output.capacity { flush() }
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ source: Span<UInt8>) {
        if bytes.count >= Output.capacity { flush() }
        unsafe source.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends two digits for every byte.
    mutating func appendHex(_ source: Span<UInt8>) {
        for index in source.indices {
            let byte = source[index]
            append(Output.digit(byte >> 4))
            append(Output.digit(byte & 15))
        }
    }

    /// A hexadecimal digit.
    static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}

/// Prints a line to standard error.
func printError(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}

/// Ends the program.
func quit(_ status: CInt) -> Never { exit(status) }
