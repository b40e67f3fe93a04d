// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

/// Another server that a command should go to; parsed once, from `MOVED`, `ASK` and `REDIRECT` errors.
///
/// `host` is empty where the server leaves it out (`MOVED 3999 :6381`) or does not know it (`?`): it is then the host that
/// was asked. An IPv6 address is given without brackets. `port` is between 1 and 65,535.
@nonexhaustive
public enum Redirect: Hashable, Sendable {
    /// The slot belongs to that node now: send the command there, and all later ones of the slot.
    case moved(slot: HashSlot, host: String, port: Int)
    /// Only this command, right behind `ASKING` on the same connection; the slot is still being moved.
    case ask(slot: HashSlot, host: String, port: Int)
    /// To the primary, since the server is a replica. Said to clients that have announced `CLIENT CAPA redirect`.
    case primary(host: String, port: Int)

    /// The redirect that `error` is, or `nil` if it is none or makes no sense.
    public init?(_ error: ServerError) {
        let code = error.code
        if code == .redirect {
            let words = error.message.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard words.count == 2, let (host, port) = Redirect.address(words[1]) else { return nil }
            self = .primary(host: host, port: port)
            return
        }
        guard code == .moved || code == .ask else { return nil }
        let words = error.message.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
        guard words.count == 3, let number = UInt16(words[1]), let slot = HashSlot(rawValue: number),
            let (host, port) = Redirect.address(words[2])
        else { return nil }
        self = code == .moved ? .moved(slot: slot, host: host, port: port) : .ask(slot: slot, host: host, port: port)
    }

    /// `host:port` with the last colon between them, as the server prints it, for IPv6 without brackets.
    private static func address(_ text: Substring) -> (host: String, port: Int)? {
        let text = text.prefix { $0 != " " }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return (host == "?" ? "" : String(host), Int(port))
    }
}
