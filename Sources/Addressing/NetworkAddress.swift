import Foundation

/// An IPv4 or IPv6 address; an IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
package struct NetworkAddress: Hashable, Sendable {
    /// The address as 128 bits; IPv4 addresses stand at `::ffff:a.b.c.d`.
    package let high: UInt64
    package let low: UInt64

    /// `::`, whom nobody has.
    package static let unspecified = NetworkAddress(high: 0, low: 0)

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
        let address = withUnsafeBytes(of: v6) { NetworkAddress(networkBytes: $0) }
        guard let address else { return nil }
        self = address
    }

    /// An address as the network carries it: 4 bytes or 16; nil for any other number.
    package init?(networkBytes bytes: UnsafeRawBufferPointer) {
        switch bytes.count {
        case 4: self.init(high: 0, low: Self.mappedPrefix | bytes.reduce(0) { $0 << 8 | UInt64($1) })
        case 16:
            self.init(
                high: bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
                low: bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
            )
        default: return nil
        }
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
