// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing
import ValkeyToolkit

@Suite struct ClientURLSecrecyTests {
    private static func everythingPrinted(_ value: some Any) -> String {
        var text = "\(value) \(String(describing: value)) \(String(reflecting: value))"
        dump(value, to: &text)
        return text
    }

    @Test(arguments: [
        ("valkey://ann:hunter2@h:1/3?protocol=2", "valkey://ann:***@h:1/3?protocol=2"),
        ("valkey://:hunter2@h", "valkey://:***@h"),
        ("valkey://ann:hunter2@hunter2@h", "valkey://ann:***@h"),
        ("unix://:hunter2@/run/valkey.sock", "unix://:***@/run/valkey.sock"),
        ("valkey://h:1", "valkey://h:1"),
    ])
    func `a URL prints without its password`(text: String, printed: String) throws {
        let url = try ClientURL(text)
        #expect(url.description == printed)
        #expect(!Self.everythingPrinted(url).contains("hunter2"))
        #expect(!Self.everythingPrinted(url.configuration).contains("hunter2"))
    }

    /// Each URL is malformed in some way; whatever the parser takes the password for, it doesn't show.
    @Test(arguments: [
        "valkey://:hunter2", "valkey://ann:hunter2", "valkey://ann:hunter2/3", "valkey://ann:x:hunter2",
        "valkey://ann:hunter2@", "valkey://ann:hunter2@h:0", "valkey://ann:hunter2@h/x", "valkey://ann:hunter2@h?x=1",
        "valkey://ann:hunter2@h#x", "valkey://ann:/hunter2@h", "valkey://ann:a/hunter2@h", "valkey://ann:1/hunter2@h",
        "valkey://ann:?hunter2@h", "valkey://ann:1?hunter2=1@h", "valkey://ann:1?protocol=hunter2@h",
        "valkey://ann:1#hunter2@h", "valkey://ann:hunter2#1@h", "valkey://ann:a@1/hunter2@h",
        "valkey://ann:hunter2%@h", "valkey://ann:%hunter2@h", "valkey://ann:hunter2 @h", "valkey://ann:hunter2@h:x",
        "valkey://[ann:hunter2", "valkey://[ann:hunter2]", "valkey://ann,hunter2@h", "valkey://h?password=hunter2",
        "unix://ann:hunter2/run/valkey.sock", "unix://ann:hunter2@", "unix://ann:hunter2@h/run/valkey.sock",
        "unix://ann:x?hunter2@/run/valkey.sock", "valkeys://ann:hunter2@h", "rediss://:hunter2@h",
        "http://ann:hunter2@h", "ann:hunter2@h", "valkey:ann:hunter2@h",
    ])
    func `no error shows a password`(text: String) {
        let error = #expect(throws: ClientURLError.self) { try ClientURL(text) }
        if let error { #expect(!Self.everythingPrinted(error).contains("hunter2")) }
    }
}
