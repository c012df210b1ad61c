import Testing
import WebSockets

@Suite("WebSocket addresses")
struct WebSocketAddressTests {
    @Test(
        "Parts",
        arguments: [
            ("ws://a", "a", 80, "a", "/"),
            ("wss://stream.binance.com:9443/ws", "stream.binance.com", 9443, "stream.binance.com:9443", "/ws"),
            (
                "wss://a:443/stream?streams=btcusdt@trade/ethusdt@trade", "a", 443, "a",
                "/stream?streams=btcusdt@trade/ethusdt@trade"
            ),
            ("WS://a:81?b=c", "a", 81, "a:81", "/?b=c"),
            ("ws://[::1]:3000/ws", "::1", 3000, "[::1]:3000", "/ws"),
            ("ws://[::1]", "::1", 80, "[::1]", "/"),
        ]
    )
    func parts(url: String, host: String, port: Int, authority: String, target: String) throws {
        let address = try WebSocketAddress(url)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.authority == authority)
        #expect(address.target == target)
    }

    @Test(
        "Refused",
        arguments: [
            "", "a", "http://a", "ws:a", "ws://", "ws:///path", "ws://:80", "ws://a:0", "ws://a:65536", "ws://a:x",
            "ws://a:",
            "ws://user@a", "ws://a/b#c", "ws://a/b c", "ws://a/\r\nX: y", "ws://ä", "ws://[::1", "ws://[::1]x",
        ]
    )
    func refused(url: String) {
        #expect(throws: WebSocketError.addressInvalid(url)) { try WebSocketAddress(url) }
    }
}
