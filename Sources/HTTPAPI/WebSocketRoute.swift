import APIContract
import Addressing
package import Guard
package import HTTPServing
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
package import Realtime
import WebSockets

/// `/ws`: who may open a socket, how often, and with whose token.
package struct WebSocketRoute: Sendable {
    private let hub: RealtimeHub
    private let limiter: RateLimiter
    private let policy: RateLimitPolicy
    private let addresses: ClientAddressResolver
    private let origins: OriginRule

    package init(hub: RealtimeHub, limiter: RateLimiter, settings: APISettings) {
        self.hub = hub
        self.limiter = limiter
        policy = settings.requestLimit
        addresses = ClientAddressResolver(trustedProxies: settings.trustedProxies)
        origins = OriginRule(allowed: settings.allowedOrigins, trustsOwnAddress: !settings.isProduction)
    }

    /// The endpoint that the server asks at each handshake.
    package var endpoint: WebSocketEndpoint {
        WebSocketEndpoint(restartReason: RealtimeHub.restartReason) { request, channel in
            decide(request, on: channel)
        }
    }

    private func decide(_ request: HTTPRequest, on channel: any Channel) -> WebSocketDecision {
        let standing = standing(of: request, on: channel)
        guard standing.isAllowed else { return .refuse(HTTPRefusal(standing.refusal)) }
        var headers = HTTPFields()
        standing.describe(in: &headers)
        guard origins.allows(request.headerFields[.origin], at: channel.localAddress) else {
            let detail = "Pages of this origin may not open sockets here."
            return .refuse(HTTPRefusal(APIError(.forbidden, .originForbidden, detail, headers: headers)))
        }
        let credential = credential(of: request)
        return .accept(headers: headers, limits: hub.socketLimits) { [hub] channel in
            try channel.pipeline.syncOperations.addHandler(RealtimeConnection(hub: hub, credential: credential))
        }
    }

    /// A handshake counts like any request of its address, whether or not it brings a token.
    private func standing(of request: HTTPRequest, on channel: any Channel) -> RateLimitStanding {
        let client = addresses.resolve(
            peer: channel.remoteAddress?.networkAddress ?? .unspecified,
            forwardedFor: request.headerFields[values: .forwardedFor]
        )
        return RateLimitStanding(
            policy: policy,
            decision: limiter.admit(.address(client, policy: policy), policy: policy)
        )
    }

    /// The ticket of `?ticket=`, else the token of `?token=` or of the `Authorization` field.
    ///
    /// No log has an address with its query.
    private func credential(of request: HTTPRequest) -> SocketCredential {
        let parameters = URI(request.path ?? "/").queryParameters
        if let ticket = parameters["ticket"] { return .ticket(String(ticket)) }
        if let token = parameters["token"] { return .token(String(token)) }
        return (try? BearerMiddleware.token(of: request.headerFields)).map(SocketCredential.token) ?? .awaited
    }
}

extension HTTPRefusal {
    /// The same refusal for a request that never reaches the router.
    init(_ error: APIError) {
        self.init(status: error.status, code: error.code.rawValue, detail: error.detail, headers: error.headers)
    }
}
