import NIOCore

extension ConnectionPolicy {
    /// Ten messages a second and 1,024 streams are allowed: half of each, as on spot.
    package static let binanceUSDM: ConnectionPolicy = {
        var policy = ConnectionPolicy()
        policy.requestInterval = .milliseconds(200)
        policy.groupSilence[.funding] = .seconds(60)
        return policy
    }()
}
