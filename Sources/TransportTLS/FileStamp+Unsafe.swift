// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import _OpenSSLShims

    /// What shows that a file was replaced or rewritten: its time, size and inode.
    struct FileStamp: Equatable {
        private var parts: [Int64]

        init(of path: String) throws(TLSConfigurationError) {
            parts = [0, 0, 0, 0]
            let errno = unsafe toolkit_tls_file_stamp(path, &parts)
            guard errno == 0 else { throw .unreadableFile(path: path, errno: errno) }
        }
    }

    /// The bytes of a file, a mebibyte at most.
    func contents(of path: String) throws(TLSConfigurationError) -> [UInt8] {
        let limit = 1 << 20
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = unsafe toolkit_tls_file_read(path, &bytes, bytes.count)
        guard count >= 0 else { throw .unreadableFile(path: path, errno: Int32(truncatingIfNeeded: -count)) }
        guard count <= limit else { throw .fileTooLarge(path: path) }
        let found = Array(bytes.prefix(count))
        // It may have been a key.
        unsafe toolkit_tls_cleanse(&bytes, count)
        return found
    }

    func errnoText(_ errno: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            unsafe toolkit_tls_errno_text(errno, text.baseAddress, text.count)
            return unsafe text.baseAddress.map { unsafe String(cString: $0) } ?? ""
        }
    }

#endif
