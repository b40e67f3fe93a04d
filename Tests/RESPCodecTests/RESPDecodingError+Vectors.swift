// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import RESPCodec

extension RESPDecodingError {
    /// Whether the byte at the offset, and none behind it, makes the difference. Limits are checked when a line is
    /// complete, payloads' ends when both bytes are there.
    var isAboutOneByte: Bool {
        switch self {
        case .unknownKind, .invalidLineBreak, .integerOverflow, .invalidValue, .invalidStreamPart, .missingValue,
            .invalidArgument:
            true
        case .invalidLength(let kind, _): kind != .verbatimString
        default: false
        }
    }

    /// The same error with `count` bytes more before it.
    func moved(by count: Int) -> RESPDecodingError {
        let offset = offset + count
        return switch self {
        case .unknownKind(let byte, _): .unknownKind(byte: byte, offset: offset)
        case .invalidLength(let kind, _): .invalidLength(kind: kind, offset: offset)
        case .invalidValue(let kind, _): .invalidValue(kind: kind, offset: offset)
        case .integerOverflow: .integerOverflow(offset: offset)
        case .invalidLineBreak: .invalidLineBreak(offset: offset)
        case .missingTerminator: .missingTerminator(offset: offset)
        case .invalidVerbatimFormat: .invalidVerbatimFormat(offset: offset)
        case .invalidStreamPart(let byte, _): .invalidStreamPart(byte: byte, offset: offset)
        case .missingValue: .missingValue(offset: offset)
        case .invalidArgument(let byte, _): .invalidArgument(byte: byte, offset: offset)
        case .unbalancedQuotes: .unbalancedQuotes(offset: offset)
        case .inlineTooLong(let limit, _): .inlineTooLong(limit: limit, offset: offset)
        case .bulkTooLong(let declared, let limit, _):
            .bulkTooLong(declared: declared, limit: limit, offset: offset)
        case .tooManyElements(let declared, let limit, _):
            .tooManyElements(declared: declared, limit: limit, offset: offset)
        case .nestedTooDeeply(let limit, _): .nestedTooDeeply(limit: limit, offset: offset)
        case .frameTooLarge(let limit, _): .frameTooLarge(limit: limit, offset: offset)
        case .incompleteFrame: .incompleteFrame(offset: offset)
        case .trailingBytes: .trailingBytes(offset: offset)
        @unknown default: self
        }
    }
}
