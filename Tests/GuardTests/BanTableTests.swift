import Addressing
import Foundation
import Guard
import Testing

@Suite("Table of bans")
struct BanTableTests {
    private let now = Date(timeIntervalSince1970: 1_760_000_000)

    private func ban(_ network: String, _ scope: Ban.Scope = .everything, seconds: Double?) throws -> Ban {
        Ban(
            network: try #require(NetworkBlock(network)),
            scope: scope,
            until: seconds.map { now.addingTimeInterval($0) },
            reason: network,
            strikes: 1,
            createdAt: now
        )
    }

    @Test(
        "An address is kept out by its own ban or its network's, the longest",
        arguments: [
            // (address, kept from everything by, kept from signing in by)
            ("203.0.113.9", "203.0.113.0/24", "203.0.113.0/24"), ("203.0.113.8", "203.0.113.0/24", "203.0.113.0/24"),
            ("203.0.114.9", nil, nil), ("198.51.100.7", nil, "198.51.100.7"), ("198.51.100.8", nil, nil),
            ("2001:db8:5:6:7::8", "2001:db8:5:6::/64", "2001:db8:5:6::/64"), ("2001:db8:5:7::8", nil, nil),
            ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"), ("192.0.2.2", nil, nil),
        ] as [(String, String?, String?)]
    )
    func lookup(address: String, everything: String?, signIn: String?) throws {
        let table = BanTable([
            try ban("203.0.113.0/24", seconds: nil), try ban("203.0.113.9", seconds: 60),
            try ban("198.51.100.7", .signIn, seconds: 60), try ban("2001:db8:5:6::/64", seconds: 60),
            try ban("192.0.2.1", seconds: 60), try ban("192.0.2.2", seconds: 0),
        ])
        let address = try #require(NetworkAddress(address))
        #expect(table.ban(of: address, from: .everything, at: now)?.reason == everything)
        #expect(table.ban(of: address, from: .signIn, at: now)?.reason == signIn)
    }

    @Test("A ban says in whole seconds when it ends, never in none")
    func secondsLeft() throws {
        #expect(try ban("192.0.2.1", seconds: 60).secondsLeft(at: now) == 60)
        #expect(try ban("192.0.2.1", seconds: 60).secondsLeft(at: now.addingTimeInterval(59.5)) == 1)
        #expect(try ban("192.0.2.1", seconds: nil).secondsLeft(at: now) == nil)
    }

    @Test(
        "A network is written as PostgreSQL reads it",
        arguments: [
            ("203.0.113.9", "203.0.113.9/32"), ("203.0.113.9/24", "203.0.113.0/24"), ("2001:db8::1", "2001:db8::1/128"),
            ("2001:db8:1:2:3::/64", "2001:db8:1:2::/64"), ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"),
        ]
    )
    func text(block: String, text: String) throws {
        #expect(try #require(NetworkBlock(block)).description == text)
    }
}
