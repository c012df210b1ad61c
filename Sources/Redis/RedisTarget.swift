import Foundation

/// Where the servers are and who we are there.
///
/// Its description leaves the password out.
package struct RedisTarget: Sendable, Hashable {
    /// At least one; of a cluster, those that are asked where the others are.
    package let addresses: [RedisAddress]
    package let isCluster: Bool
    package let usesTLS: Bool
    package let username: String?
    let password: String?
    /// 0 in a cluster.
    package let database: Int

    /// Reads `redis://[user][:password@]host[:port][,host[:port]…][/database]`; `rediss://` for TLS.
    ///
    /// Several hosts are those of a cluster; so is one with `?cluster=true`. What is not plain in the name or the password
    /// is percent-encoded.
    ///
    /// - Throws: ``RedisError/invalidConfiguration(_:)``, which does not repeat the text: it holds a password.
    package init(_ url: String) throws(RedisError) {
        let form = "REDIS_URL is not of the form redis://:password@host:6379/0"
        guard let scheme = ["redis", "rediss"].first(where: { url.hasPrefix($0 + "://") }) else {
            throw .invalidConfiguration(form)
        }
        usesTLS = scheme == "rediss"
        var rest = url.dropFirst(scheme.count + 3)
        var asksForCluster = false
        if let mark = rest.firstIndex(of: "?") {
            guard rest[mark...] == "?cluster=true" else { throw .invalidConfiguration("only ?cluster=true is known") }
            asksForCluster = true
            rest = rest[..<mark]
        }
        var credentials: Substring?
        if let at = rest.lastIndex(of: "@") {
            credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
        }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let database = parts.count == 2 && !parts[1].isEmpty ? Int(parts[1]) : 0, (0...1_000).contains(database)
        else { throw .invalidConfiguration("the database is a small number") }
        var addresses: [RedisAddress] = []
        for text in parts[0].split(separator: ",", omittingEmptySubsequences: false) {
            guard let address = RedisAddress(text) else { throw .invalidConfiguration(form) }
            addresses.append(address)
        }
        let isCluster = asksForCluster || addresses.count > 1
        guard !isCluster || database == 0 else { throw .invalidConfiguration("a cluster has database 0 alone") }
        self.addresses = addresses
        self.isCluster = isCluster
        self.database = database
        guard let credentials else {
            (username, password) = (nil, nil)
            return
        }
        let pair = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, let name = pair[0].removingPercentEncoding, let word = pair[1].removingPercentEncoding
        else { throw .invalidConfiguration(form) }
        username = name.isEmpty ? nil : name
        password = word
    }
}

extension RedisAddress {
    /// `host`, `host:6379`, `[::1]:6379`.
    fileprivate init?(_ text: Substring) {
        var host = text
        var port = 6379
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":"), let number = Int(rest.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = text.firstIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            host = text[..<colon]
            port = number
        }
        guard !host.isEmpty, (1...65_535).contains(port) else { return nil }
        self.init(host: String(host), port: port)
    }
}

extension RedisTarget: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        addresses.map(\.description).joined(separator: ",") + (isCluster ? " (cluster)" : "/\(database)")
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: [("target", description)]) }
}
