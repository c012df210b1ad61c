import Addressing
import HTTPServing
import HTTPTypes
import NIOCore

/// Which pages may open sockets here.
///
/// A browser always names the page's origin, and a page of another site must not use its visitor's network or token.
/// That the origin equals `Host` proves nothing, since the page's owner chooses both (DNS rebinding).
struct OriginRule: Sendable {
    /// Compared whole, byte for byte.
    let allowed: Set<String>
    /// Development: pages from the very address and port that a connection came in on are the dashboard's.
    let trustsOwnAddress: Bool

    /// Judges the origin, nil for what is no browser, by our end of the connection that brought it.
    func allows(_ origin: String?, at local: SocketAddress?) -> Bool {
        guard let origin else { return true }
        return allowed.contains(origin) || (trustsOwnAddress && ownOrigins(local).contains(origin))
    }

    private func ownOrigins(_ local: SocketAddress?) -> [String] {
        guard let local, let port = local.port, let address = local.networkAddress else { return [] }
        let hosts = [address.isIPv4 ? "\(address)" : "[\(address)]"] + (address.isLoopback ? ["localhost"] : [])
        return hosts.map { port == 80 ? "http://\($0)" : "http://\($0):\(port)" }
    }
}
