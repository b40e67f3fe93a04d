// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ValkeyToolkit

@Suite struct ClientURLErrorTests {
    @Test(arguments: [
        ("", ClientURLError.missingScheme),
        ("localhost:6379", .missingScheme),
        ("//localhost", .missingScheme),
        ("://localhost", .missingScheme),
        ("valkey:localhost", .missingScheme),
        ("valkey:/localhost", .missingScheme),
        ("1valkey://localhost", .missingScheme),
        ("http://localhost", .unknownScheme("http")),
        ("Valkey+TCP://localhost", .unknownScheme("valkey+tcp")),
        ("valkeys://localhost", .securityMissing(scheme: "valkeys")),
        ("rediss://localhost", .securityMissing(scheme: "rediss")),
        ("REDISS://localhost", .securityMissing(scheme: "rediss")),
        (" valkey://localhost", .unexpectedCharacter(offset: 0)),
        ("valkey://localhost\n", .unexpectedCharacter(offset: 18)),
        ("valkey://local host", .unexpectedCharacter(offset: 14)),
        ("valkey://h#0", .fragment),
        ("unix:///s.sock?protocol=3#0", .fragment),
    ])
    func `a malformed scheme or frame is named`(url: String, error: ClientURLError) {
        #expect(throws: error) { try ClientURL(url) }
    }

    @Test(arguments: [
        ("valkey://", ClientURLError.missingHost),
        ("valkey:///3", .missingHost),
        ("valkey://:6379", .missingHost),
        ("valkey://ann:secret@", .missingHost),
        ("valkey://::1", .invalidHost),
        ("valkey://::1:6379", .invalidHost),
        ("valkey://a,,b", .missingHost),
        ("valkey://a,", .missingHost),
        ("valkey://a,b:x", .invalidPort),
        ("valkey://h%41", .invalidHost),
        ("valkey://é", .invalidHost),
        ("valkey://[::1", .invalidHost),
        ("valkey://[]", .invalidHost),
        ("valkey://[localhost]", .invalidHost),
        ("valkey://[1:2:3:4:5:6:7]", .invalidHost),
        ("valkey://[1:2:3:4:5:6:7:8:9]", .invalidHost),
        ("valkey://[1::2:3:4:5:6:7:8]", .invalidHost),
        ("valkey://[1::2::3]", .invalidHost),
        ("valkey://[:::]", .invalidHost),
        ("valkey://[12345::]", .invalidHost),
        ("valkey://[::10.0.0.256]", .invalidHost),
        ("valkey://[10.0.0.1::]", .invalidHost),
        ("valkey://[fe80::1%25]", .invalidHost),
        ("valkey://[fe80::1%eth0]", .invalidPercentEncoding(.host)),
        ("valkey://h:", .invalidPort),
        ("valkey://h:0", .invalidPort),
        ("valkey://h:65536", .invalidPort),
        ("valkey://h:99999999999999999999", .invalidPort),
        ("valkey://h:+1", .invalidPort),
        ("valkey://h:12a", .invalidPort),
        ("valkey://[::1]6379", .invalidPort),
        ("unix://", .invalidPath),
        ("unix:///", .invalidPath),
        ("unix:///a%00b", .invalidPath),
        ("unix:///a%zz", .invalidPercentEncoding(.path)),
        ("unix://tmp/valkey.sock", .hostInUnixURL),
        ("unix://ann:secret@host/valkey.sock", .hostInUnixURL),
    ])
    func `a malformed host, port or path is named`(url: String, error: ClientURLError) {
        #expect(throws: error) { try ClientURL(url) }
    }

    @Test(arguments: [
        ("valkey://@h", ClientURLError.missingPassword),
        ("valkey://:@h", .missingPassword),
        ("valkey://ann@h", .missingPassword),
        ("valkey://a%4:secret@h", .invalidPercentEncoding(.user)),
        ("valkey://ann:sec%g0ret@h", .invalidPercentEncoding(.password)),
        ("valkey://ann:secret%@h", .invalidPercentEncoding(.password)),
        ("valkey://ann:%FF@h", .invalidPercentEncoding(.password)),
        ("valkey://ann:sec/ret@h", .unescapedCharacter),
        ("valkey://ann:sec?ret@h", .unescapedCharacter),
        ("valkey://ann:sec#ret@h", .unescapedCharacter),
        ("valkey://ann:a@b/ret@h", .unescapedCharacter),
        ("unix://ann:sec?ret@/run/valkey.sock", .unescapedCharacter),
    ])
    func `a malformed user or password is named`(url: String, error: ClientURLError) {
        #expect(throws: error) { try ClientURL(url) }
    }

    @Test(arguments: [
        ("valkey://h/a", ClientURLError.invalidDatabase),
        ("valkey://h/-1", .invalidDatabase),
        ("valkey://h/+1", .invalidDatabase),
        ("valkey://h/1/", .invalidDatabase),
        ("valkey://h//1", .invalidDatabase),
        ("valkey://h/%31", .invalidDatabase),
        ("valkey://h/2147483648", .invalidDatabase),
        ("valkey://h/1?database=1", .repeatedOption(name: "database")),
        ("valkey://h?database=-1", .invalidOptionValue(name: "database", value: "-1")),
        ("valkey://h?", nil),
        ("valkey://h?&", .unknownOption(name: "")),
        ("valkey://h?protocol=3&", .unknownOption(name: "")),
        ("valkey://h?Protocol=3", .unknownOption(name: "Protocol")),
        ("valkey://h?password=secret", .unknownOption(name: "password")),
        ("valkey://h?tls", .unknownOption(name: "tls")),
        ("valkey://h?protocol=3&protocol=3", .repeatedOption(name: "protocol")),
        ("valkey://h?protocol=3&%70rotocol=2", .repeatedOption(name: "protocol")),
        ("valkey://h?prot%ocol=3", .invalidPercentEncoding(.option)),
        ("valkey://h?client_name=%FF", .invalidPercentEncoding(.option)),
    ])
    func `a malformed database or option is named`(url: String, error: ClientURLError?) throws {
        if let error { #expect(throws: error) { try ClientURL(url) } } else { _ = try ClientURL(url) }
    }

    @Test(arguments: [
        ("protocol", ["", "1", "4", "03", "resp3"]),
        ("client_name", ["", "two words", "é", "a\u{7F}"]),
        ("connect_timeout", ["", "0", "0s", "0.0ms", "-1", "1m", "1S", "s", ".5", "1.", "1.2.3", "1e3", "0x1", "inf"]),
        ("command_timeout", ["", "0", "none", "1000000000", "1.0000000001", "0.0000001ms"]),
        ("max_connections", ["", "0", "-1", "1.5", "many", "99999999999"]),
    ])
    func `a value that an option can't have is named with it`(name: String, values: [String]) {
        for value in values {
            let encoded = value.utf8.map { "%\($0 < 16 ? "0" : "")\(String($0, radix: 16))" }.joined()
            #expect(throws: ClientURLError.invalidOptionValue(name: name, value: value)) {
                try ClientURL("valkey://h?\(name)=\(encoded)")
            }
        }
    }
}
