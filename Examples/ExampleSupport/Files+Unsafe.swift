// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file that is read from its start to its end, or written.
public struct File: ~Copyable, Sendable {
    private let descriptor: CInt

    /// Opens a file; nil if there is none.
    public init?(reading path: String) {
        descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { return nil }
    }

    /// Makes a file, in place of one that is there; nil if that can't be done.
    public init?(writing path: String) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends the next bytes to `output`.
    ///
    /// - Returns: false at the end.
    public func read(into output: inout OutputSpan<UInt8>) -> Bool {
        unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
            let start = unsafe buffer.baseAddress.map { unsafe $0 + initialized }
            #if canImport(Glibc)
                let count = unsafe Glibc.read(descriptor, start, buffer.count - initialized)
            #elseif canImport(Musl)
                let count = unsafe Musl.read(descriptor, start, buffer.count - initialized)
            #else
                let count = unsafe Darwin.read(descriptor, start, buffer.count - initialized)
            #endif
            initialized += max(0, count)
            return count > 0
        }
    }

    /// Appends bytes to the file.
    public func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            #if canImport(Glibc)
                _ = unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            #elseif canImport(Musl)
                _ = unsafe Musl.write(descriptor, buffer.baseAddress, buffer.count)
            #else
                _ = unsafe Darwin.write(descriptor, buffer.baseAddress, buffer.count)
            #endif
        }
    }
}

/// Writes a line to standard output, at once.
public func say(_ line: String) {
    print(line)
    fflush(nil)
}
