// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension RESPCommand: CustomStringConvertible {
    /// The name, how many arguments follow, and how many bytes the command has: `SET with 2 arguments, 31 bytes`.
    ///
    /// Arguments may be secrets or personal data and are never in it, so that it can be logged. A name that doesn't look
    /// like one (`?`) may be an argument gone astray. To see everything, print ``frame``.
    public var description: String {
        let count = argumentCount - 1
        let arguments = count == 0 ? "" : count == 1 ? " with 1 argument" : " with \(count) arguments"
        return "\(isInline ? "inline " : "")\(printableName)\(arguments), \(frame.count) bytes"
    }

    /// The name as capitals if it consists of at most 32 letters, digits, and the few marks that names of commands and
    /// modules have.
    private var printableName: String {
        let name = uppercasedName
        guard name.count > 0, name.count <= 32 else { return "?" }
        for index in 0..<name.count {
            switch name.span[index] {
            case 0x41...0x5A, 0x30...0x39, 0x2D, 0x2E, 0x5F: continue
            default: return "?"
            }
        }
        return String(name)
    }
}

#if !hasFeature(Embedded)
    extension RESPCommand: CustomReflectable {
        /// The description and nothing else: `dump` shows no arguments.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }
#endif
