/// A block of addresses in CIDR form: `10.0.0.0/8`, `2001:db8::/32`, or one plain address.
package struct NetworkBlock: Hashable, Sendable {
    package let base: NetworkAddress
    /// Leading bits of the 128 that must agree.
    package let prefixLength: Int

    /// Nil unless the text is an address, or an address, a slash and a length that fits its family.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = NetworkAddress(String(parts[0])) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...width).contains(given) else { return nil }
            length = given
        }
        base = address
        prefixLength = length + 128 - width
    }

    /// Whom a limit counts: an IPv4 address alone, an IPv6 address with its /64.
    package init(subscriberOf address: NetworkAddress) {
        base = address.subscriber
        prefixLength = address.isIPv4 ? 128 : 64
    }

    /// The lowest address of the block.
    package var first: NetworkAddress { base.masked(to: prefixLength) }

    package func contains(_ address: NetworkAddress) -> Bool { address.masked(to: prefixLength) == first }
}

extension NetworkBlock: CustomStringConvertible {
    /// As PostgreSQL's `inet` reads it: `203.0.113.9/32`, `2001:db8::/64`.
    package var description: String { "\(first)/\(first.isIPv4 ? prefixLength - 96 : prefixLength)" }
}

extension NetworkAddress {
    /// The address with all but its leading bits cleared.
    package func masked(to bits: Int) -> NetworkAddress {
        NetworkAddress(high: high & Self.mask(min(bits, 64)), low: low & Self.mask(max(bits - 64, 0)))
    }

    private static func mask(_ bits: Int) -> UInt64 {
        bits == 0 ? 0 : ~UInt64(0) << (64 - bits)
    }
}
