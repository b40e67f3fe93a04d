// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// A reply is not what its reader asked for: well-formed, but of another kind, shape or range.
///
/// ```swift
/// do {
///     let counts: [String: Int] = try frame.decode()
/// } catch {
///     print(error)   // "wanted an integer at .visits, found the text 'many'"
/// }
/// ```
public struct RESPTypeMismatch: Error, Sendable, Hashable {
    /// A step from a value to one that it contains.
    public enum PathComponent: Sendable, Hashable {
        /// The element at this index, from 0.
        case index(Int)
        /// The value that belongs to this key, of which no more than 64 bytes are kept.
        case key(String)

        init(key: Span<UInt8>) {
            self = .key(String(utf8: key.extracting(first: 64)) + (key.count > 64 ? "…" : ""))
        }
    }

    /// What was found instead.
    @nonexhaustive
    public enum Found: Sendable, Hashable {
        /// A value of another kind; `null` for RESP2's nulls, too.
        case kind(RESPKind)
        /// An error from the server, such as `WRONGTYPE Operation against a key…`, in place of a value.
        case serverError(String)
        /// A value of the right kind that can't be converted: its text.
        case text(String)
        /// An aggregate with another number of elements.
        case count(Int)
        /// Nothing: the reader has read all there is.
        case end
        /// Nothing: there is no such key, or no element at this index.
        case missing
    }

    /// What was asked for, with its article: `an integer`.
    public var wanted: String
    /// What was there.
    public var found: Found
    /// The way to it from the value that was decoded, outermost step first. Empty: that value itself.
    public var path: [PathComponent] {
        get { steps.reversed() }
        set { steps = newValue.reversed() }
    }

    // Innermost step first, so that each level that an error passes through on its way out costs the same.
    private var steps: [PathComponent]

    /// Describes a mismatch; for conformances to ``RESPDecodable``.
    public init(wanted: String, found: Found, path: [PathComponent] = []) {
        self.wanted = wanted
        self.found = found
        self.steps = path.reversed()
    }

    /// The same mismatch, seen from the value that contains the one at `step`. O(1), amortized.
    public consuming func inside(_ step: PathComponent) -> RESPTypeMismatch {
        steps.append(step)
        return self
    }
}

extension RESPTypeMismatch: CustomStringConvertible {
    /// The mismatch as a sentence on one line: `wanted an integer at [3].age, found null`. Keys that aren't one word are
    /// quoted: `["first name"]`.
    public var description: String {
        var text = "wanted \(wanted)"
        if !path.isEmpty {
            text += " at "
            for step in path {
                switch step {
                case .index(let index): text += "[\(index)]"
                case .key(let key): text += key.isWord ? ".\(key)" : "[\"\(key.escaped)\"]"
                }
            }
        }
        switch found {
        case .kind(let kind): text += ", found \(kind == .null ? "null" : "a value of kind \(kind)")"
        case .serverError(let message): text += ", found the server's error '\(message.escaped)'"
        case .text(let value): text += ", found the text '\(value.escaped)'"
        case .count(let count): text += ", found an aggregate of \(count)"
        case .end: text += ", found the end"
        case .missing: text += ", found nothing"
        }
        return text
    }
}

extension String {
    /// Whether a path can name the key without quotes.
    fileprivate var isWord: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x80...0xFF: true
                default: false
                }
            }
    }
}
