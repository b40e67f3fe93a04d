// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Everything that a scan finds, page after page, as an asynchronous sequence.
///
/// ```swift
/// for try await key in client.scanAll(match: "session:*") { print(key) }
/// ```
///
/// A page is asked for when the one before is used up, so whoever stops early asks for no more, and there is nothing to
/// close. What is there from the beginning of the scan to its end comes at least once; something may come twice, and what
/// comes or goes meanwhile may be seen or not (https://valkey.io/commands/scan).
public struct ScanSequence<Element: Sendable>: AsyncSequence, Sendable {
    /// The pages, for whoever works on many at a time: `for try await keys in client.scanAll().pages`.
    public let pages: ScanPages<Element>

    init(_ page: @escaping @Sendable (ScanCursor) async throws -> (ScanCursor, [Element])) {
        self.init(passes: {
            // Where the next page begins; nil behind the last.
            var cursor: ScanCursor? = .start
            return {
                guard let from = cursor else { return nil }
                let (next, elements) = try await page(from)
                cursor = next.isFinished ? nil : next
                return elements
            }
        })
    }

    /// - Parameter makePass: makes what answers with one page after the other, and nil behind the last.
    package init(passes makePass: @escaping @Sendable () -> () async throws -> [Element]?) {
        pages = ScanPages(makePass: makePass)
    }

    /// From the beginning.
    public func makeAsyncIterator() -> Iterator { Iterator(pages: pages.makeAsyncIterator()) }

    /// One pass. It takes one call per page.
    public struct Iterator: AsyncIteratorProtocol {
        var pages: ScanPages<Element>.Iterator
        var page: ArraySlice<Element> = []

        /// The next element; nil at the end.
        ///
        /// - Throws: what the call of a page throws. The next one asks for the same page again.
        public mutating func next() async throws -> Element? {
            while page.isEmpty {
                guard let next = try await pages.next() else { return nil }
                page = next[...]
            }
            return page.removeFirst()
        }
    }
}

/// The pages of a scan, as an asynchronous sequence. A page may be empty.
public struct ScanPages<Element: Sendable>: AsyncSequence, Sendable {
    let makePass: @Sendable () -> () async throws -> [Element]?

    /// From the beginning.
    public func makeAsyncIterator() -> Iterator { Iterator(nextPage: makePass()) }

    /// One pass. It takes one call per page.
    public struct Iterator: AsyncIteratorProtocol {
        let nextPage: () async throws -> [Element]?

        /// The next page; nil at the end.
        ///
        /// - Throws: what the call throws. The next one asks for the same page again.
        public mutating func next() async throws -> [Element]? { try await nextPage() }
    }
}
