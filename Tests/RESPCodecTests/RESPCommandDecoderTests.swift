// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

@Suite struct RESPCommandDecoderTests {
    @Test func `a pipeline comes out command by command, with its bytes unmodified`() throws {
        let commands = (0..<1_000).map { ["SET", "key:\($0)", String(repeating: "x", count: $0)] }
        var decoder = RESPCommandDecoder()
        var forwarded: [UInt8] = []
        let written = encoded { encoder in
            for command in commands {
                encoder.command(command.count)
                for argument in command { encoder.bulk(argument) }
            }
        }
        var decoded: [[String]] = []
        for start in stride(from: 0, to: written.count, by: 10_007) {
            decoder.append(written.span.extracting(start..<min(start + 10_007, written.count)))
            while let command = try decoder.next() {
                decoded.append(command.arguments.map { String($0) })
                command.frame.withSpan { forwarded += Array(RESPBytes($0)) }
            }
        }
        #expect(decoded == commands && forwarded == written)
        #expect(decoder.frameOffset == written.count && decoder.bufferedBytes == 0)
    }

    @Test func `commands that are kept keep their bytes while the decoder goes on`() throws {
        var decoder = RESPCommandDecoder()
        var kept: [(RESPCommand, String)] = []
        for number in 0..<5_000 {
            let text = "value number \(number) " + String(repeating: "x", count: number % 97)
            if number % 2 == 0 {
                decoder.append(Array("ECHO '\(text)'\r\n".utf8).span)
            } else {
                let written = encoded { encoder in
                    encoder.command(2)
                    encoder.bulk("ECHO")
                    encoder.bulk(text)
                }
                decoder.append(written.span)
            }
            while let command = try decoder.next() {
                #expect(command.isInline == (number % 2 == 0))
                if number % 3 == 0 { kept.append((command, text)) }
            }
        }
        #expect(kept.count == 1_667)
        #expect(kept.allSatisfy { $0.0.argument(at: 1).map { String($0) } == $0.1 })
    }

    @Test func `an error is thrown after the commands before it, again and again`() throws {
        var decoder = RESPCommandDecoder()
        decoder.append(Array("PING\r\n*1\r\n$4\r\nPING\r\n*1\r\n:1\r\nPING\r\n".utf8).span)
        #expect(try decoder.next()?.isNamed("PING") == true)
        #expect(try decoder.next()?.isNamed("PING") == true)
        for _ in 0..<3 {
            #expect(throws: RESPDecodingError.invalidArgument(byte: 0x3A, offset: 24)) { try decoder.next() }
        }
        decoder.append(Array("PING\r\n".utf8).span)
        #expect(throws: RESPDecodingError.invalidArgument(byte: 0x3A, offset: 24)) { try decoder.next() }
    }

    @Test func `what follows AUTH in one pipeline is measured by the limits that AUTH brought`() throws {
        var decoder = RESPCommandDecoder(limits: .serverBeforeAuthentication)
        let written = encoded { encoder in
            encoder.command(2)
            encoder.bulk("AUTH")
            encoder.bulk("password")
            encoder.command(12)
            for _ in 0..<12 { encoder.bulk("word") }
        }
        decoder.append(written.span)
        #expect(try decoder.next()?.isNamed("AUTH") == true)
        decoder.limits = .server
        #expect(try decoder.next()?.argumentCount == 12)
    }

    @Test func `memory is used again when no command refers to it any more`() throws {
        var decoder = RESPCommandDecoder()
        let written = encoded { encoder in
            encoder.command(2)
            encoder.bulk("ECHO")
            encoder.bulk([UInt8](repeating: 1, count: 1_000))
        }
        var addresses: Set<UInt> = []
        for _ in 0..<1_000 {
            decoder.receive { output in
                addresses.insert(address(of: &output))
                for byte in written { output.append(byte) }
            }
            let command = try #require(try decoder.next())
            #expect(command.frame.count == written.count)
        }
        #expect(addresses.count == 1)
    }

    @Test func `empty lines without end take no memory`() throws {
        var decoder = RESPCommandDecoder()
        let nothing = [UInt8](repeating: 0x0A, count: 4_096)
        var addresses: Set<UInt> = []
        for _ in 0..<100 {
            decoder.receive { output in
                addresses.insert(address(of: &output))
                for byte in nothing { output.append(byte) }
            }
            #expect(try decoder.next() == nil)
            #expect(decoder.bufferedBytes == 0)
        }
        #expect(addresses.count == 1 && decoder.frameOffset == 409_600)
    }

    @Test func `a large last argument is received into memory of just its size`() throws {
        var decoder = RESPCommandDecoder()
        let payload = [UInt8](repeating: 9, count: 1 << 20)
        let written = encoded { encoder in
            encoder.command(3)
            encoder.bulk("SET")
            encoder.bulk("key")
            encoder.bulk(payload)
        }
        var sent = 0
        var spaces: [Int] = []
        while sent < written.count {
            decoder.receive { output in
                spaces.append(output.freeCapacity)
                let part = min(output.freeCapacity, written.count - sent, 100_000)
                for byte in written[sent..<sent + part] { output.append(byte) }
                sent += part
            }
            let command = try decoder.next()
            #expect((command != nil) == (sent == written.count))
            if let command { #expect(command.argument(at: 2).map { Array($0) } == payload) }
        }
        // The second read, and no other, could have taken the rest.
        #expect(spaces[1] == written.count - spaces[0])
        #expect(spaces.last == written.count - (spaces[0] + 10 * 100_000))
    }

    @Test func `large arguments with others behind them come out in one piece`() throws {
        let arguments = (0..<5).map { String(repeating: "\($0)", count: 300_000 + $0) }
        let written = encoded { encoder in
            encoder.command(arguments.count)
            for argument in arguments { encoder.bulk(argument) }
        }
        for step in [4_096, 65_536, written.count] {
            var decoder = RESPCommandDecoder()
            var decoded: [String]?
            for start in stride(from: 0, to: written.count, by: step) {
                #expect(decoded == nil)
                decoder.append(written.span.extracting(start..<min(start + step, written.count)))
                decoded = try decoder.next()?.arguments.map { String($0) }
            }
            #expect(decoded == arguments)
        }
    }

    @Test func `an announcement alone does not commit more than sixteen megabytes`() throws {
        var decoder = RESPCommandDecoder()
        decoder.append(Array("*1\r\n$536870912\r\n".utf8).span)
        #expect(try decoder.next() == nil)
        #expect(decoder.missingBytes == (512 << 20) + 2)
        decoder.receive { output in
            #expect(output.freeCapacity <= 16 << 20)
            for _ in 0..<1_000 { output.append(0) }
        }
        #expect(try decoder.next() == nil)
        #expect(decoder.missingBytes == (512 << 20) + 2 - 1_000)
    }

    @Test func `what a failing read has appended is taken`() throws {
        struct Stop: Error {}
        var decoder = RESPCommandDecoder()
        #expect(throws: Stop.self) {
            try decoder.receive { (output: inout OutputSpan<UInt8>) throws(Stop) in
                for byte in "PING\r\n".utf8 { output.append(byte) }
                throw Stop()
            }
        }
        #expect(try decoder.next()?.isNamed("PING") == true)
    }
}
