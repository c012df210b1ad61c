import Foundation
import HTTPTypes
import NIOHTTP1

/// What a WebSocket handshake must bring (RFC 6455, 4.2.1).
enum WebSocketHandshakeRules {
    /// - Throws: 426 for a request that does not ask for an upgrade or asks for another version, 400 for half a
    ///   handshake.
    static func check(_ head: HTTPRequestHead) throws(HTTPRefusal) {
        let headers = head.headers
        let upgrade = headers[canonicalForm: "Upgrade"].map { $0.lowercased() }
        let hasHandshake = headers.contains { $0.name.lowercased().hasPrefix("sec-websocket-") }
        guard !upgrade.isEmpty || hasHandshake else { throw .upgradeRequired }
        let connection = headers[canonicalForm: "Connection"].map { $0.lowercased() }
        guard head.method == .GET, head.version == .http1_1, upgrade.contains("websocket"),
            connection.contains("upgrade"), !hasBody(headers)
        else { throw .handshakeMalformed }
        let versions = headers["Sec-WebSocket-Version"]
        guard versions.count == 1 else { throw .handshakeMalformed }
        guard versions[0] == "13" else { throw .upgradeRequired }
        let keys = headers["Sec-WebSocket-Key"]
        guard keys.count == 1, keys[0].utf8.count == 24, Data(base64Encoded: keys[0])?.count == 16 else {
            throw .handshakeMalformed
        }
    }

    private static func hasBody(_ headers: HTTPHeaders) -> Bool {
        if headers.contains(name: "Transfer-Encoding") { return true }
        guard let length = headers.first(name: "Content-Length") else { return false }
        return length != "0"
    }
}
