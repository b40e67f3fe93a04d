// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPCommandTests {
    /// A command from its arguments.
    private func command(_ arguments: [String]) throws -> RESPCommand {
        let bytes = encoded { encoder in
            encoder.command(arguments.count)
            for argument in arguments { encoder.bulk(argument) }
        }
        return try #require(RESPCommand(try RESPFrame(encoded: bytes)))
    }

    @Test(arguments: [
        ["PING"], [""], ["GET", "k"], ["get", ""], ["SET", "key:1", "a value that is longer than thirty-two bytes"],
        ["a name that is longer than thirty-two bytes", "x"], ["", "", ""], (0..<100).map { "argument \($0)" },
        ["SUBSCRIBE"], ["psubscribe"], ["UNSUBSCRIBE"], ["twelve bytes"], ["thirteen byte"], ["SET", "", "", ""],
    ])
    func `a command has its arguments in order, the name first`(arguments: [String]) throws {
        let command = try command(arguments)
        #expect(command.argumentCount == arguments.count && !command.isInline)
        #expect(command.arguments.map { String($0) } == arguments)
        #expect(String(command.name) == arguments[0])
        for (index, argument) in arguments.enumerated() {
            #expect(command.argument(at: index).map { String($0) } == argument)
        }
        #expect(command.argument(at: arguments.count) == nil && command.argument(at: -1) == nil)
        #expect(command.argument(at: .max) == nil)
    }

    @Test func `arguments are read in order, as numbers too`() throws {
        let command = try command(["EXPIRE", "key", "60"])
        let (key, seconds) = try command.withReader { (reader) throws(RESPTypeMismatch) in
            reader.skip()
            return (try reader.readString(), try reader.readInteger(as: Int64.self))
        }
        #expect(key == "key" && seconds == 60)
        #expect(throws: RESPTypeMismatch.self) {
            try command.withReader { (reader) throws(RESPTypeMismatch) in try reader.readInteger(as: Int.self) }
        }
    }

    @Test func `a name is recognised in capitals and small letters alike, and nothing else is`() throws {
        for name in ["GET", "get", "Get"] {
            let command = try command([name, "key"])
            #expect(command.isNamed("GET") && command.isNamed("get"))
            #expect(
                !command.isNamed("GE") && !command.isNamed("GETS") && !command.isNamed("SET") && !command.isNamed(""))
            switch command.uppercasedName {
            case "GET": break
            default: Issue.record("not recognised")
            }
        }
        // What differs in the same bit as capitals and small letters do.
        for (name, other) in [("@", "`"), ("[", "{"), ("\u{0}", " "), ("É", "é"), ("ı", "I"), ("K", "\u{212A}")] {
            #expect(!(try command([name]).isNamed(other)))
            #expect(!(try command([other]).isNamed(name)))
        }
    }

    @Test(arguments: 0...40)
    func `only the letters a to z become capitals, wherever they stand`(count: Int) throws {
        for byte in 0...255 {
            for index in 0..<count where index % 7 == byte % 7 {
                var name = [UInt8](repeating: 0x2D, count: count)
                name[index] = UInt8(byte)
                let written = encoded { encoder in
                    encoder.command(1)
                    encoder.bulk(name)
                }
                let command = try #require(RESPCommand(try RESPFrame(encoded: written)))
                #expect(Array(command.name) == name)
                if (0x61...0x7A).contains(name[index]) { name[index] -= 0x20 }
                #expect(Array(command.uppercasedName) == name)
            }
        }
    }

    @Test func `a frame is a command if it is an array of bulk strings`() throws {
        for encoding in ["*1\r\n$4\r\nPING\r\n", "*2\r\n$0\r\n\r\n$1\r\na\r\n"] {
            let frame = try RESPFrame(encoding)
            #expect(RESPCommand(frame)?.frame == frame)
        }
        let others = [
            "*0\r\n", "*-1\r\n", "$4\r\nPING\r\n", "+PING\r\n", "*1\r\n:1\r\n", "*1\r\n+PING\r\n", "*1\r\n$-1\r\n",
            "*2\r\n$4\r\nPING\r\n*1\r\n$1\r\na\r\n", "~1\r\n$4\r\nPING\r\n", ">1\r\n$4\r\nPING\r\n",
            "|1\r\n+a\r\n:1\r\n*1\r\n$4\r\nPING\r\n",
        ]
        for encoding in others { #expect(RESPCommand(try RESPFrame(encoding)) == nil, "\(encoding)") }
    }

    @Test func `a command is made of a line as a user types it`() throws {
        let command = try #require(try RESPCommand(inline: #"set "a key" 'it\'s'"#))
        #expect(command.isInline && command.arguments.map { String($0) } == ["set", "a key", "it's"])
        #expect(command == (try self.command(["set", "a key", "it's"])))
        #expect(Set([command, try self.command(["set", "a key", "it's"])]).count == 1)
        #expect(try RESPCommand(inline: "") == nil)
        #expect(try RESPCommand(inline: " \t ") == nil)
        #expect(throws: RESPDecodingError.unbalancedQuotes(offset: 0)) { try RESPCommand(inline: "get 'a") }
        #expect(throws: RESPDecodingError.trailingBytes(offset: 5)) { try RESPCommand(inline: "PING\nPING") }
        #expect(throws: RESPDecodingError.invalidArgument(byte: 0, offset: 4)) { try RESPCommand(inline: "PING\0") }
        #expect(throws: RESPDecodingError.invalidArgument(byte: 0x2A, offset: 0)) { try RESPCommand(inline: "*1") }
    }

    @Test func `an inline command is forwarded as the array that it stands for`() throws {
        let command = try #require(try RESPCommand(inline: #"ECHO "\x00\r\n""#))
        #expect(command.frame == (try RESPFrame("*2\r\n$4\r\nECHO\r\n$3\r\n\0\r\n\r\n")))
    }

    @Test func `more arguments than six digits count are counted`() throws {
        let count = 1_000_001
        let bytes = Array("*\(count)\r\n".utf8) + Array(repeatElement(Array("$1\r\nx\r\n".utf8), count: count).joined())
        let command = try #require(RESPCommand(try RESPFrame(encoded: bytes)))
        #expect(command.argumentCount == count && command.isNamed("X"))
        #expect(command.argument(at: count - 1) == "x")
    }

    @Test func `no argument is printed, and no name that does not look like one`() throws {
        let secret = "hunter2 is a secret that is longer than it has to be"
        let cases: [([String], String)] = [
            (["auth", "user", secret], "AUTH with 2 arguments, 83 bytes"),
            (["PING"], "PING, 14 bytes"),
            (["FT.SEARCH", "i"], "FT.SEARCH with 1 argument, 26 bytes"),
            (["CLUSTER", "shards"], "CLUSTER with 1 argument, 29 bytes"),
            ([secret], "?, 63 bytes"),
            (["a\r\nb"], "?, 14 bytes"),
            ([""], "?, 10 bytes"),
        ]
        for (arguments, printed) in cases {
            #expect(try command(arguments).description == printed)
        }
        let authentication = try command(["AUTH", secret])
        var dumped = ""
        dump(authentication, to: &dumped)
        #expect(!dumped.contains("hunter2") && !"\(authentication)".contains("hunter2"))
        #expect(!String(reflecting: [authentication]).contains("hunter2"))
        #expect(try RESPCommand(inline: "get k")?.description == "inline GET with 1 argument, 20 bytes")
    }
}
