// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if HIREDIS
    import CHiredis

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// hiredis' reader with its reply objects, visited as ``visit(_:piece:)`` does.
    func visitWithHiredis(_ input: Input, piece: Int = 64 << 10) -> Int {
        let reader = redisReaderCreate()
        defer { redisReaderFree(reader) }
        var total = 0
        input.bytes.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let count = min(piece, bytes.count - start)
                redisReaderFeed(reader, bytes.baseAddress! + start, count)
                start += count
                var reply: UnsafeMutableRawPointer?
                while redisReaderGetReply(reader, &reply) == 0, let found = reply {
                    total &+= visit(found.assumingMemoryBound(to: redisReply.self))
                    freeReplyObject(found)
                    reply = nil
                }
            }
        }
        return total
    }

    private func visit(_ reply: UnsafeMutablePointer<redisReply>) -> Int {
        switch reply.pointee.type {
        case REDIS_REPLY_ARRAY:
            var total = reply.pointee.elements
            for index in 0..<reply.pointee.elements { total &+= visit(reply.pointee.element[index]!) }
            return total
        case REDIS_REPLY_INTEGER: return Int(reply.pointee.integer)
        default: return reply.pointee.len &+ Int(reply.pointee.str[0])
        }
    }

    extension Commands {
        /// hiredis' fast formatter, which makes a string per command.
        func encodeWithHiredis(_ arguments: [String]) -> Int {
            let copies = arguments.map { strdup($0) }
            defer { for copy in copies { free(copy) } }
            var pointers = copies.map { UnsafePointer<CChar>($0) }
            let lengths = arguments.map(\.utf8.count)
            var total = 0
            for _ in 0..<Commands.repetitions {
                var target: sds?
                total &+= Int(redisFormatSdsCommandArgv(&target, Int32(arguments.count), &pointers, lengths))
                redisFreeSdsCommand(target)
            }
            return total
        }
    }
#endif
