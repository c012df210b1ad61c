import Addressing
import Guard
import Testing

@Suite("Client address")
struct ClientAddressTests {
    @Test(
        "Forwarding headers count only when our own proxy speaks",
        arguments: [
            // (peer, X-Forwarded-For fields, client)
            ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", [], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["6.6.6.6", "198.51.100.1 , 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", ["198.51.100.1, nonsense"], "10.0.0.1"),
            ("10.0.0.1", ["198.51.100.1, nonsense, 198.51.100.2"], "198.51.100.2"),
            ("10.0.0.1", ["2001:db8::5"], "2001:db8::5"),
            ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", ["198.51.100.1:4711"], "10.0.0.1"),
        ]
    )
    func resolution(peer: String, fields: [String], client: String) throws {
        let resolver = ClientAddressResolver(trustedProxies: [try #require(NetworkBlock("10.0.0.0/8"))])
        let resolved = resolver.resolve(peer: try #require(NetworkAddress(peer)), forwardedFor: fields)
        #expect(resolved == NetworkAddress(client))
    }
}
