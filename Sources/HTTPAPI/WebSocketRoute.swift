import APIContract
import Accounts
import Guard
package import HTTPServing
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
package import Realtime
import WebSockets

/// `/ws`: who may open a socket, and with whose token.
package struct WebSocketRoute: Sendable {
    private let hub: RealtimeHub
    private let allowedOrigins: Set<String>

    package init(hub: RealtimeHub, allowedOrigins: Set<String>) {
        self.hub = hub
        self.allowedOrigins = allowedOrigins
    }

    /// The endpoint that the server asks at each handshake.
    package var endpoint: WebSocketEndpoint {
        WebSocketEndpoint(restartReason: RealtimeHub.restartReason) { request, _ in
            decide(request)
        }
    }

    private func decide(_ request: HTTPRequest) -> WebSocketDecision {
        guard isAllowed(origin: request.headerFields[.origin], host: request.authority) else {
            return .refuse(
                HTTPRefusal(
                    status: .forbidden,
                    code: APIErrorCode.originForbidden.rawValue,
                    detail: "Pages of this origin may not open sockets here."
                )
            )
        }
        let token = token(of: request)
        return .accept { [hub] channel in
            try channel.pipeline.syncOperations.addHandler(RealtimeConnection(hub: hub, token: token))
        }
    }

    /// A browser always names the page's origin; a page of another site must not use its visitor's network or token.
    private func isAllowed(origin: String?, host: String?) -> Bool {
        guard let origin else { return true }
        if allowedOrigins.contains(origin) { return true }
        guard let host else { return false }
        return origin == "https://\(host)" || origin == "http://\(host)"
    }

    /// The token of `?token=` or of the `Authorization` field; the address is never logged with its query.
    private func token(of request: HTTPRequest) -> String? {
        let uri = URI(request.path ?? "/")
        if let token = uri.queryParameters["token"] { return String(token) }
        return try? BearerMiddleware.token(of: request.headerFields)
    }
}
