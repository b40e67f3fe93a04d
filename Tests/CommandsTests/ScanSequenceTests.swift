// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import RESPCodec
import Synchronization
import Testing

@testable import Commands

@Suite struct ScanSequenceTests {
    struct Broken: Error {}

    /// Pages by the cursor that asks for them.
    private final class Pages: Sendable {
        private let pages: [ScanCursor: (ScanCursor, [Int])]
        let asked = Mutex<[UInt64]>([])
        let failures: Mutex<Int>

        init(_ pages: [ScanCursor: (ScanCursor, [Int])], failures: Int = 0) {
            self.pages = pages
            self.failures = Mutex(failures)
        }

        func page(_ cursor: ScanCursor) throws -> (ScanCursor, [Int]) {
            asked.withLock { $0.append(cursor.rawValue) }
            let fails = failures.withLock { count in
                count -= 1
                return count == 0
            }
            guard !fails, let page = pages[cursor] else { throw Broken() }
            return page
        }
    }

    @Test func `elements come page by page, past empty pages, until the cursor is zero`() async throws {
        let pages = Pages([0: (7, [1, 2]), 7: (9, []), 9: (0, [3])])
        var elements: [Int] = []
        for try await element in ScanSequence({ try pages.page($0) }) { elements.append(element) }
        #expect(elements == [1, 2, 3])
        #expect(pages.asked.withLock { $0 } == [0, 7, 9])
    }

    @Test func `whoever stops early asks for no more`() async throws {
        let pages = Pages([0: (7, [1, 2]), 7: (0, [3])])
        for try await element in ScanSequence({ try pages.page($0) }) where element == 2 { break }
        #expect(pages.asked.withLock { $0 } == [0])
    }

    @Test func `pages come as they are`() async throws {
        let pages = Pages([0: (7, [1, 2]), 7: (9, []), 9: (0, [3])])
        var all: [[Int]] = []
        for try await page in ScanSequence({ try pages.page($0) }).pages { all.append(page) }
        #expect(all == [[1, 2], [], [3]])
    }

    @Test func `a page that failed is asked for again`() async throws {
        let pages = Pages([0: (7, [1]), 7: (0, [2])], failures: 2)
        var iterator = ScanSequence({ try pages.page($0) }).makeAsyncIterator()
        #expect(try await iterator.next() == 1)
        await #expect(throws: Broken.self) { _ = try await iterator.next() }
        #expect(try await iterator.next() == 2)
        #expect(try await iterator.next() == nil)
        #expect(try await iterator.next() == nil)
        #expect(pages.asked.withLock { $0 } == [0, 7, 7])
    }

    @Test func `each pass begins anew`() async throws {
        let pages = Pages([0: (0, [1])])
        let sequence = ScanSequence({ try pages.page($0) })
        for _ in 0..<2 { for try await element in sequence { #expect(element == 1) } }
        #expect(pages.asked.withLock { $0 } == [0, 0])
    }
}
