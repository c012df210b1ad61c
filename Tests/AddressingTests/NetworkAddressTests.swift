import Addressing
import Testing

@Suite("Network addresses")
struct NetworkAddressTests {
    @Test(
        "An address is one plain address",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4 ", "[::1]", "::1%lo", "0x7f.1", "::ffff:1.2.3.400",
        ]
    )
    func malformed(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test("An address prints as it is written", arguments: ["192.0.2.1", "2001:db8::1", "::1", "0.0.0.0", "fe80::1:2"])
    func printing(text: String) {
        #expect(NetworkAddress(text)?.description == text)
    }

    @Test("A block holds exactly its addresses")
    func blocks() throws {
        let table: [(String, String, Bool)] = [
            ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false),
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
            ("2001:db8::/65", "2001:db8::7fff:0:0:1", true), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
        ]
        for (block, address, holds) in table {
            #expect(
                try #require(NetworkBlock(block)).contains(try #require(NetworkAddress(address))) == holds,
                "\(block) \(address)"
            )
        }
        for text in ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/8", "::/129", "10.0.0.0/8/8"] {
            #expect(NetworkBlock(text) == nil, "\(text)")
        }
    }
}
