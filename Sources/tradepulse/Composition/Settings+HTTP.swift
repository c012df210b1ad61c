import Addressing
import Guard
import HTTPAPI
import HTTPServing
import NIOCore
import Settings

extension APISettings {
    init(_ settings: Settings) {
        let window = Int64(settings.integer(.rateLimitWindow))
        self.init(
            isProduction: settings.isProduction,
            allowedOrigins: Set(settings.list(.corsOrigin)).union(settings.ownOrigin),
            trustedProxies: settings.list(.trustedProxies).compactMap { NetworkBlock($0) },
            requestLimit: RateLimitPolicy(
                name: "default",
                limit: settings.integer(.rateLimitMax),
                windowMilliseconds: window
            ),
            authenticationLimit: RateLimitPolicy(
                name: "auth",
                limit: settings.integer(.authRateLimitMax),
                windowMilliseconds: window
            ),
            metricsToken: settings[.metricsToken]
        )
    }
}

extension HTTPServerLimits {
    init(_ settings: Settings) {
        self.init(
            maxBodyBytes: AppContext.maximumBodyBytes,
            // Of the ten seconds of a shutdown; the candles and the cluster come after.
            drainDeadline: .seconds(4),
            maxConnections: settings.integer(.maxConnections),
            maxConnectionsPerAddress: settings.integer(.maxConnectionsPerAddress),
            trustedAddresses: (["127.0.0.1", "::1"] + settings.list(.trustedProxies)).compactMap { NetworkBlock($0) }
        )
    }
}

extension Settings {
    /// The dashboard's origin where `HOST` is a name; that of an address is seen from each connection.
    ///
    /// Production is reached through a proxy, whose origin only the operator knows.
    fileprivate var ownOrigin: [String] {
        isProduction || NetworkAddress(text(.host)) != nil ? [] : ["http://\(text(.host)):\(integer(.port))"]
    }
}
