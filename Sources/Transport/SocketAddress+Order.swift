// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

extension SocketAddress {
    /// The kinds of addresses that a host may have.
    enum Family: Hashable {
        case ipv4, ipv6, other
    }

    /// The order in which a host's addresses are tried: each once, the resolver's order within a family, the families
    /// in turn, beginning with that of the first address (RFC 8305, section 4, with a First Address Family Count of 1).
    ///
    /// One broken family then costs one attempt's delay, not one for each of its addresses.
    static func inOrderOfTrying(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let preferred = addresses.first?.family else { return [] }
        var seen: Set<SocketAddress> = []
        let unique = addresses.filter { seen.insert($0).inserted }
        var first = unique.filter { $0.family == preferred }[...]
        var others = unique.filter { $0.family != preferred }[...]
        var ordered: [SocketAddress] = []
        while let next = first.popFirst() {
            ordered.append(next)
            if let other = others.popFirst() { ordered.append(other) }
        }
        return ordered + others
    }
}
