// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import Commands
public import RESPCodec

/// One command that the server executed, as MONITOR shows it.
///
/// The server writes `1339518083.107412 [0 127.0.0.1:60866] "keys" "*"`
/// (https://valkey.io/commands/monitor); credentials are redacted by the server.
public struct MonitorEntry: Hashable, Sendable {
    /// Who sent the command.
    public enum Client: Hashable, Sendable {
        /// A client's address and port; IPv6 addresses stand without brackets.
        case address(host: String, port: Int)
        /// A client on a Unix domain socket, with the socket's path if the server says it.
        case unix(path: String)
        /// A script; what it calls is shown, too.
        case script
    }

    /// When the server executed it; to the microsecond.
    public var time: UnixTime
    /// The database that the client had selected.
    public var database: Int
    /// Who sent it.
    public var client: Client
    /// The command's name and arguments, as bytes; the line's escapes are undone.
    public var arguments: [RESPBytes]

    /// An entry.
    public init(time: UnixTime, database: Int, client: Client, arguments: [RESPBytes]) {
        self.time = time
        self.database = database
        self.client = client
        self.arguments = arguments
    }

    /// Reads a line of MONITOR, without the `+` before and the end of line behind it; `nil` if it isn't one.
    ///
    /// - Complexity: O(*n*) in the line's bytes; allocates the arguments.
    public init?(line: Span<UInt8>) {
        var parser = MonitorLineParser(position: 0)
        guard let entry = parser.entry(in: line) else { return nil }
        self = entry
    }
}

/// A cursor over a line.
private struct MonitorLineParser {
    var position: Int

    mutating func entry(in line: Span<UInt8>) -> MonitorEntry? {
        guard let seconds = number(in: line), take(".", in: line) else { return nil }
        let fraction = position
        guard let part = number(in: line), position - fraction == 6, take(" ", in: line), take("[", in: line),
            let database = number(in: line), take(" ", in: line)
        else { return nil }
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow, let client = client(in: line), let arguments = arguments(in: line) else { return nil }
        return MonitorEntry(
            time: UnixTime(sinceEpoch: .microseconds(scaled &+ part)), database: Int(database), client: client,
            arguments: arguments)
    }

    /// Up to the closing bracket: a socket's path may hold brackets itself, but none before `] "`.
    private mutating func client(in line: Span<UInt8>) -> MonitorEntry.Client? {
        let start = position
        while position + 2 < line.count {
            if line[position] == UInt8(ascii: "]"), line[position + 1] == UInt8(ascii: " "),
                line[position + 2] == UInt8(ascii: "\"")
            {
                let text = String(RESPBytes(line.extracting(start..<position)))
                position += 1
                return Self.client(text)
            }
            position += 1
        }
        return nil
    }

    private static func client(_ text: String) -> MonitorEntry.Client? {
        if text == "lua" { return .script }
        if text.hasPrefix("unix:") { return .unix(path: String(text.dropFirst(5))) }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return .address(host: String(host), port: Int(port))
    }

    private mutating func arguments(in line: Span<UInt8>) -> [RESPBytes]? {
        var arguments: [RESPBytes] = []
        while position < line.count {
            guard take(" ", in: line), take("\"", in: line), let argument = argument(in: line) else { return nil }
            arguments.append(argument)
        }
        return arguments.isEmpty ? nil : arguments
    }

    /// The rest of a quoted argument, and its closing quote. Printable bytes stand for themselves.
    private mutating func argument(in line: Span<UInt8>) -> RESPBytes? {
        var bytes: [UInt8] = []
        while position < line.count {
            let byte = line[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return RESPBytes(bytes)
            case UInt8(ascii: "\\"):
                guard let decoded = escape(in: line) else { return nil }
                bytes.append(decoded)
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private mutating func escape(in line: Span<UInt8>) -> UInt8? {
        guard position < line.count else { return nil }
        defer { position += 1 }
        switch line[position] {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "a"): return 7
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        case UInt8(ascii: "\""): return UInt8(ascii: "\"")
        case UInt8(ascii: "x"):
            guard position + 2 < line.count, let high = Self.hexDigit(line[position + 1]),
                let low = Self.hexDigit(line[position + 2])
            else { return nil }
            position += 2
            return high << 4 | low
        default: return nil
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private mutating func take(_ character: Unicode.Scalar, in line: Span<UInt8>) -> Bool {
        guard position < line.count, line[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// One or more digits.
    private mutating func number(in line: Span<UInt8>) -> Int64? {
        let start = position
        var value: Int64 = 0
        while position < line.count, line[position] >= 0x30, line[position] <= 0x39, position - start < 18 {
            value = value * 10 + Int64(line[position] - 0x30)
            position += 1
        }
        return position > start ? value : nil
    }
}
