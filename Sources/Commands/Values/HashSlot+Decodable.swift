// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

public import RESPCodec

extension HashSlot: RESPDecodable {
    /// Takes the number of a slot.
    public init(from reader: inout RESPReader) throws(RESPTypeMismatch) {
        let number = try reader.readInteger()
        guard let slot = HashSlot(number) else {
            throw RESPTypeMismatch(wanted: "a slot", found: .text(String(number)))
        }
        self = slot
    }
}
