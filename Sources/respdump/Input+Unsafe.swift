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
    /// What messages call it.
    let name: String
    private let descriptor: CInt

    /// Opens a file, or takes standard input where `path` is nil.
    ///
    /// - Throws: a ``DumpFailure`` if it can't be opened.
    init(path: String?) throws(DumpFailure) {
        guard let path else {
            name = "standard input"
            descriptor = 0
            return
        }
        name = path
        descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { throw DumpFailure("\(path): \(lastSystemError())") }
    }

    deinit { if descriptor > 0 { close(descriptor) } }

    /// Appends what there is to `output`, waiting for one byte at least; nothing at the end.
    ///
    /// - Throws: a ``DumpFailure`` if it can't be read.
    borrowing func read(into output: inout OutputSpan<UInt8>, atMost limit: Int) throws(DumpFailure) {
        var problem: String?
        unsafe output.withUnsafeMutableBufferPointer { buffer, initialized in
            let count = min(limit, buffer.count - initialized)
            var result: Int
            repeat {
                let start = unsafe buffer.baseAddress.map { unsafe $0 + initialized }
                #if canImport(Glibc)
                    result = unsafe Glibc.read(descriptor, start, count)
                #elseif canImport(Musl)
                    result = unsafe Musl.read(descriptor, start, count)
                #else
                    result = unsafe Darwin.read(descriptor, start, count)
                #endif
            } while result < 0 && errno == EINTR
            if result < 0 { problem = lastSystemError() }
            initialized += max(0, result)
        }
        if let problem { throw DumpFailure("\(name): \(problem)") }
    }
}

/// The names of the files in a folder; nil if `path` is none.
func namesOfFiles(inFolder path: String) -> [String]? {
    guard let folder = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        names.append(name)
    }
    return names
}

/// The reason why the last system call failed, in words.
func lastSystemError() -> String {
    unsafe String(cString: strerror(errno))
}
