package import HTTPTypes
package import HummingbirdCore

extension HTTPServerBuilder {
    /// An HTTP/1.1 server with WebSockets on the same port, every connection and request held to limits.
    ///
    /// ```swift
    /// let application = Application(
    ///     router: router,
    ///     server: .limited(
    ///         limits: HTTPServerLimits(maxConnectionsPerAddress: 64, trustedAddresses: proxies),
    ///         refusalHeaders: safetyHeaders,
    ///         webSocket: WebSocketEndpoint { request, channel in
    ///             guard let caller = await authenticate(request, channel.remoteAddress) else {
    ///                 return .refuse(HTTPRefusal(status: .unauthorized, code: "unauthenticated", detail: "…"))
    ///             }
    ///             return .accept(limits: .server) { channel in
    ///                 // On the event loop; the handler sees WebSocketMessage and writes WebSocketOutput.
    ///                 try channel.pipeline.syncOperations.addHandler(SubscriberHandler(caller))
    ///             }
    ///         }
    ///     ),
    ///     configuration: .init(address: .hostname("127.0.0.1", port: 0)),
    ///     onServerRunning: { channel in print(channel.localAddress as Any) }
    /// )
    /// ```
    ///
    /// On graceful shutdown it stops accepting, closes idle connections, lets requests in flight finish with
    /// `Connection: close`, and closes WebSockets with 1012.
    ///
    /// - Parameters:
    ///   - limits: what connections and requests may cost.
    ///   - refusalHeaders: added to answers that are given before the application sees the request.
    ///   - webSocket: where WebSockets are served and who decides about them.
    ///   - ledger: counts the connections; pass one made with the same limits to read the counts for metrics.
    /// - Returns: what `Application` builds its server from.
    package static func limited(
        limits: HTTPServerLimits = HTTPServerLimits(),
        refusalHeaders: HTTPFields = [:],
        webSocket: WebSocketEndpoint = .none,
        ledger: ConnectionLedger? = nil
    ) -> HTTPServerBuilder {
        let ledger = ledger ?? ConnectionLedger(limits: limits)
        return HTTPServerBuilder { responder in
            LimitedHTTPServer(
                limits: limits,
                webSocket: webSocket,
                refusalHeaders: refusalHeaders,
                ledger: ledger,
                responder: responder
            )
        }
    }
}
