import Foundation

/// An IPv4 or IPv6 address; an IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
package struct NetworkAddress: Hashable, Sendable {
    /// The address as 128 bits; IPv4 addresses stand at `::ffff:a.b.c.d`.
    package let high: UInt64
    package let low: UInt64

    private static let mappedPrefix: UInt64 = 0x0000_ffff_0000_0000

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless the text is one plain address, without port, zone or brackets.
    package init?(_ text: String) {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(high: 0, low: Self.mappedPrefix | UInt64(UInt32(bigEndian: v4.s_addr)))
            return
        }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: v6) { Array($0) }
        self.init(
            high: bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        )
    }

    package var isIPv4: Bool { high == 0 && low & 0xffff_ffff_0000_0000 == Self.mappedPrefix }

    package var isLoopback: Bool {
        isIPv4 ? (low >> 24) & 0xff == 127 : high == 0 && low == 1
    }

    /// Whom a limit counts: an IPv4 address alone, an IPv6 address with its /64, since one customer is given a whole /64.
    package var subscriber: NetworkAddress {
        isIPv4 ? self : NetworkAddress(high: high, low: 0)
    }
}

extension NetworkAddress: CustomStringConvertible {
    package var description: String {
        if isIPv4 {
            return (0..<4).map { String((low >> (24 - 8 * $0)) & 0xff) }.joined(separator: ".")
        }
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { bytes in
            for index in 0..<8 {
                bytes[index] = UInt8(truncatingIfNeeded: high >> (56 - 8 * index))
                bytes[index + 8] = UInt8(truncatingIfNeeded: low >> (56 - 8 * index))
            }
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

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
