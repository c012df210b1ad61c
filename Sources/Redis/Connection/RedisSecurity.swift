import NIOCore
import NIOSSL

/// How connections are made secret, and what we say of ourselves.
struct RedisSecurity: Sendable {
    private let context: NIOSSLContext?
    /// What every connection begins with.
    let greeting: [RedisCommand]

    /// - Throws: what makes the certificates' file unusable.
    init(_ configuration: RedisConfiguration) throws {
        let target = configuration.target
        var greeting: [RedisCommand] = []
        if let password = target.password {
            let name = target.username.map { [$0] } ?? []
            greeting.append(RedisCommand("AUTH", name + [password], route: .anywhere))
        }
        if target.database != 0 { greeting.append(RedisCommand("SELECT", [target.database], route: .anywhere)) }
        self.greeting = greeting
        guard target.usesTLS else {
            context = nil
            return
        }
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = configuration.authorities { tls.trustRoots = .file(file) }
        context = try NIOSSLContext(configuration: tls)
    }

    /// Nil without TLS.
    func handler(for address: RedisAddress) throws -> NIOSSLClientHandler? {
        guard let context else { return nil }
        // A name is sent ahead and checked; of an address only the check is made.
        let isName = (try? SocketAddress(ipAddress: address.host, port: address.port)) == nil
        return try NIOSSLClientHandler(context: context, serverHostname: isName ? address.host : nil)
    }
}
