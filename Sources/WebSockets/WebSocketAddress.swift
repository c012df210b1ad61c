/// The parts of a `ws://` or `wss://` URL that a handshake needs.
package struct WebSocketAddress: Equatable {
    package let isSecure: Bool
    /// Without brackets.
    package let host: String
    package let port: Int
    /// What goes into the `Host` header: the port only where it is not the scheme's own.
    package let authority: String
    /// Path and query, as written.
    package let target: String

    /// - Throws: ``WebSocketError/addressInvalid(_:)`` for another scheme, no host, a fragment, user information, or
    ///   bytes that could end the request line early.
    package init(_ url: String) throws(WebSocketError) {
        let invalid = WebSocketError.addressInvalid(url)
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }),
            let separator = url.firstRange(of: "://")
        else { throw invalid }
        switch url[..<separator.lowerBound].lowercased() {
        case "ws": isSecure = false
        case "wss": isSecure = true
        default: throw invalid
        }
        let rest = url[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard let (host, port) = Self.split(rest[..<end]) else { throw invalid }
        let defaultPort = isSecure ? 443 : 80
        self.host = host
        self.port = port ?? defaultPort
        let name = host.contains(":") ? "[\(host)]" : host
        self.authority = self.port == defaultPort ? name : "\(name):\(self.port)"
        let tail = rest[end...]
        self.target = tail.hasPrefix("/") ? String(tail) : "/\(tail)"
    }

    /// Whether the host is an address rather than a name; addresses carry no server name in TLS (RFC 6066, 3).
    var isIPAddress: Bool {
        host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
    }

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        var host = authority
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            let tail = authority[authority.index(after: bracket)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            port = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { return nil }
        guard let port else { return (String(host), nil) }
        guard let number = Int(port), (1...65535).contains(number) else { return nil }
        return (String(host), number)
    }
}
