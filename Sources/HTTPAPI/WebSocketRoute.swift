import APIContract
import Accounts
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

    private let gate: Gate
    private let reporter: RefusalReporter

    package init(
        hub: RealtimeHub,
        limiter: RateLimiter,
        gate: Gate,
        reporter: RefusalReporter,
        settings: APISettings
    ) {
        self.hub = hub
        self.limiter = limiter
        self.gate = gate
        self.reporter = reporter
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
        let visitor = visitor(request, on: channel)
        if let refusal = gate.refusal(of: visitor, path: "/ws") { return refuse(APIError(gate: refusal), visitor) }
        let standing = standing(of: visitor)
        guard standing.isAllowed else { return refuse(standing.refusal, visitor) }
        var headers = HTTPFields()
        standing.describe(in: &headers)
        guard origins.allows(request.headerFields[.origin], at: channel.localAddress) else {
            let detail = "Pages of this origin may not open sockets here."
            return refuse(APIError(.forbidden, .originForbidden, detail, headers: headers), visitor)
        }
        let credential = credential(of: request)
        return .accept(headers: headers, limits: hub.socketLimits) { [hub, reporter] channel in
            let connection = RealtimeConnection(hub: hub, credential: credential) { caller in
                let problem = APIError(.forbidden, .tierRequired, "The tier has no such channel.")
                let visitor = Visitor(address: visitor.address, agent: visitor.agent, user: caller.userID)
                reporter.note(problem, by: visitor)
            }
            try channel.pipeline.syncOperations.addHandler(connection)
        }
    }

    private func refuse(_ problem: APIError, _ visitor: Visitor) -> WebSocketDecision {
        reporter.note(problem, by: visitor)
        return .refuse(HTTPRefusal(problem))
    }

    private func visitor(_ request: HTTPRequest, on channel: any Channel) -> Visitor {
        let address = addresses.resolve(
            peer: channel.remoteAddress?.networkAddress ?? .unspecified,
            forwardedFor: request.headerFields[values: .forwardedFor]
        )
        return Visitor(address: address, agent: request.headerFields[.userAgent])
    }

    /// A handshake counts like any request of its address, whether or not it brings a token.
    private func standing(of visitor: Visitor) -> RateLimitStanding {
        RateLimitStanding(
            policy: policy,
            decision: limiter.admit(.address(visitor.address, policy: policy), policy: policy)
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
