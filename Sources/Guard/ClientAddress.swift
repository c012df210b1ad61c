package import Addressing

/// Decides which address a request is counted under.
///
/// Forwarding headers count only when the connection itself comes from a proxy that the operator named; otherwise
/// anybody could choose an address. The list is read from its right end, where our own proxies append, and the first
/// address that is not one of ours is the client.
package struct ClientAddressResolver: Sendable {
    private let trustedProxies: [NetworkBlock]
    /// Entries of a forwarding list that are looked at; a longer list is cut at its left end.
    private static let maximumHops = 16

    package init(trustedProxies: [NetworkBlock]) {
        self.trustedProxies = trustedProxies
    }

    /// Finds the client's address.
    ///
    /// - Parameters:
    ///   - peer: the other end of the connection.
    ///   - forwardedFor: the values of `X-Forwarded-For`, in the order received.
    /// - Returns: the address that limits, bans and the audit count.
    package func resolve(peer: NetworkAddress, forwardedFor: [String]) -> NetworkAddress {
        guard isTrusted(peer) else { return peer }
        var client = peer
        let hops = forwardedFor.flatMap { $0.split(separator: ",") }.suffix(Self.maximumHops)
        for hop in hops.reversed() {
            guard let address = NetworkAddress(String(hop.drop(while: Self.isBlank).prefix { !Self.isBlank($0) }))
            else {
                return client
            }
            client = address
            if !isTrusted(address) { return address }
        }
        return client
    }

    private func isTrusted(_ address: NetworkAddress) -> Bool {
        trustedProxies.contains { $0.contains(address) }
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}
