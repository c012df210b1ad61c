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

    package func contains(_ address: NetworkAddress) -> Bool {
        let highMask = Self.mask(min(prefixLength, 64))
        let lowMask = Self.mask(max(prefixLength - 64, 0))
        return base.high & highMask == address.high & highMask && base.low & lowMask == address.low & lowMask
    }

    private static func mask(_ bits: Int) -> UInt64 {
        bits == 0 ? 0 : ~UInt64(0) << (64 - bits)
    }
}
