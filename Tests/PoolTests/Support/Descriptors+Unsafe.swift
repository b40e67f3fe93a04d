// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the kernel knows an open file by; `nil` if the descriptor is not open.
func fileNumber(ofDescriptor descriptor: Int32) -> UInt64? {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 ? UInt64(status.st_ino) : nil
}

/// The files of all descriptors of this process, as `/proc/self/fd` lists them; elsewhere those of the lowest numbers.
func openSockets() -> [UInt64] {
    guard let directory = unsafe opendir("/proc/self/fd") else {
        return (0..<Int32(4_096)).compactMap(fileNumber)
    }
    defer { unsafe closedir(directory) }
    var numbers: [UInt64] = []
    while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
            unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if let number = Int32(name).flatMap(fileNumber) { numbers.append(number) }
    }
    return numbers
}
