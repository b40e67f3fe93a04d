// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec
internal import Testing

/// Every type from every form of both protocol versions: the value, or the exact mismatch.
@Suite struct RESPDecodableTableTests {
    @Test(arguments: DecodableRow.all)
    func `every form is a value, or a mismatch of what was wanted, what is there and where`(row: DecodableRow) throws {
        try #require(row.outcomes.count == DecodableRow.forms.count)
        for context in row.contexts {
            for (form, outcome) in zip(DecodableRow.forms, row.outcomes) {
                let frame = try RESPFrame(context.prefix + form)
                do throws(RESPTypeMismatch) {
                    #expect(.value(try context.decode(frame)) == outcome, "\(frame)")
                } catch {
                    #expect(.found(error.found) == outcome, "\(frame)")
                    #expect(error.wanted == row.wanted, "\(frame)")
                    #expect(error.path == context.path, "\(frame)")
                }
            }
        }
    }

    @Test func `every type of the codec has its row`() {
        #expect(Set(DecodableRow.all.map(\.testDescription)).count == 33)
    }
}
