// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if HIREDIS
    import CHiredis

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Darwin)
        import Darwin
    #endif

    extension Table {
        /// hiredis' reader with its reply objects, visited as ``visit(_:piece:)`` does; nil where it is not installed.
        static func hiredisVisit(_ name: String, _ input: Input, piece: Int = 64 << 10) -> Workload? {
            Workload(name: name, elements: input.elements) {
                unsafe withHiredisReplies(input, piece: piece) { reply in unsafe visit(reply) }
            }
        }

        /// A reply of hiredis' whose elements are reached by their index, as ``RandomAccess/visit()`` does.
        static func hiredisRandomAccess(_ name: String) -> Workload? {
            Workload(name: name, elements: RandomAccess.count) {
                let reply = unsafe LongReply.shared.reply
                var total = 0
                RandomAccess.forEachIndex { index in
                    let element = unsafe reply.pointee.element[index]!
                    total &+= unsafe element.pointee.len &+ Int(element.pointee.str[0])
                }
                return total
            }
        }

        /// hiredis' fast formatter, which makes a string per command.
        static func hiredisFormat(_ name: String, _ arguments: [String]) -> Workload? {
            Workload(name: name, elements: Requests.repetitions) {
                let copies = unsafe arguments.map { unsafe strdup($0) }
                defer { unsafe copies.forEach { unsafe free($0) } }
                var pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) }
                let lengths = arguments.map(\.utf8.count)
                var total = 0
                for _ in 0..<Requests.repetitions {
                    var target: sds?
                    total &+= unsafe Int(
                        redisFormatSdsCommandArgv(&target, Int32(arguments.count), &pointers, lengths))
                    unsafe redisFreeSdsCommand(target)
                }
                return total
            }
        }
    }

    /// Feeds hiredis' reader as ``decode(_:piece:_:)`` feeds ours. Its owner reads pieces of 16 KiB.
    private func withHiredisReplies(
        _ input: Input, piece: Int, _ body: (UnsafeMutablePointer<redisReply>) -> Int
    ) -> Int {
        let reader = unsafe redisReaderCreate()
        defer { unsafe redisReaderFree(reader) }
        var total = 0
        unsafe input.bytes.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let count = min(piece, bytes.count - start)
                unsafe redisReaderFeed(reader, bytes.baseAddress! + start, count)
                start += count
                var reply: UnsafeMutableRawPointer?
                while unsafe redisReaderGetReply(reader, &reply) == 0, let found = unsafe reply {
                    total &+= unsafe body(found.assumingMemoryBound(to: redisReply.self))
                    unsafe freeReplyObject(found)
                    unsafe reply = nil
                }
            }
        }
        return total
    }

    /// hiredis' reply to the same input, kept for ever.
    @safe
    private struct LongReply: @unchecked Sendable {
        static let shared = LongReply()
        let reply: UnsafeMutablePointer<redisReply>

        private init() {
            let reader = unsafe redisReaderCreate()
            var reply: UnsafeMutableRawPointer?
            unsafe Input.longArray.bytes.withUnsafeBytes { bytes in
                _ = unsafe redisReaderFeed(reader, bytes.baseAddress!, bytes.count)
            }
            guard unsafe redisReaderGetReply(reader, &reply) == 0, let found = unsafe reply else { fatalError() }
            unsafe self.reply = found.assumingMemoryBound(to: redisReply.self)
            unsafe redisReaderFree(reader)
        }
    }

    private func visit(_ reply: UnsafeMutablePointer<redisReply>) -> Int {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_ARRAY:
            var total = unsafe reply.pointee.elements
            for index in unsafe 0..<reply.pointee.elements {
                total &+= unsafe visit(reply.pointee.element[index]!)
            }
            return total
        case REDIS_REPLY_INTEGER: return unsafe Int(reply.pointee.integer)
        default: return unsafe reply.pointee.len &+ Int(reply.pointee.str[0])
        }
    }
#else
    extension Table {
        static func hiredisVisit(_ name: String, _ input: Input, piece: Int = 64 << 10) -> Workload? { nil }
        static func hiredisFormat(_ name: String, _ arguments: [String]) -> Workload? { nil }
        static func hiredisRandomAccess(_ name: String) -> Workload? { nil }
    }
#endif
